"""The decorator: every call that the function makes stands in the ledger under a tool, a feature and a user."""

import functools
import os

from openai import DefaultHttpxClient, OpenAI


def audited(tool, feature=None, user=lambda *args, **kwargs: None):
    """The function gets an OpenAI client as its first argument. `user` says from the others who asks.

    Its result comes back with the ids of the requests, which are the ids of their entries.
    """

    def decorate(function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            requests = []
            keep = lambda response: requests.append(response.headers.get("x-palimpsest-request-id"))
            headers = {"X-Tool-Name": tool, **({"X-Feature-Name": feature} if feature else {})}
            with DefaultHttpxClient(event_hooks={"response": [keep]}) as http:
                client = OpenAI(base_url=os.environ["PALIMPSEST_URL"] + "/v1", api_key=os.environ["PALIMPSEST_API_KEY"],
                                default_headers=headers, http_client=http)
                create = client.chat.completions.create
                client.chat.completions.create = functools.partial(create, user=user(*args, **kwargs) or "system")
                return function(client, *args, **kwargs), requests

        return call

    return decorate
