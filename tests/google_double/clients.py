"""Unmodified gspread, sent to the double by an adapter on its session."""

from typing import Any

import gspread
import requests
from requests.adapters import HTTPAdapter

from .double import GoogleDouble

_HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")


class ToTheDouble(HTTPAdapter):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.double = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        for host in _HOSTS:
            if (request.url or "").startswith(host):
                request.url = self.double + (request.url or "").removeprefix(host)
        return super().send(request, *args, **kwargs)


def gspread_client(google: GoogleDouble, email: str = GoogleDouble.EMAIL) -> gspread.Client:
    client = gspread.service_account_from_dict(google.service_account(email))
    for host in _HOSTS:
        client.http_client.session.mount(host, ToTheDouble(google.url))
    client.set_timeout((5, 20))
    return client
