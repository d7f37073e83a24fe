"""What a person can ask for: export, check, plan, import, review and their kin. They wire the core to the ports."""
