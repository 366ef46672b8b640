"""Calls the gateway with the official Python client: a JSON object a line in, one out."""

import asyncio
import json
import sys
from typing import Any

import openai
from pydantic import BaseModel

base_url, api_key = sys.argv[1:]


def client(**options: Any) -> openai.OpenAI:
    settings = {"api_key": api_key, "base_url": base_url, "max_retries": 0, "timeout": 20, **options}
    return openai.OpenAI(**settings)


def calls_of(message: Any) -> list:
    return [[call.function.name, json.loads(call.function.arguments)] for call in message.tool_calls or []]


def plain(request: dict) -> dict:
    completion = client().chat.completions.create(**request["params"])
    return {
        "contents": [choice.message.content for choice in completion.choices],
        "ends": [choice.finish_reason for choice in completion.choices],
        "calls": calls_of(completion.choices[0].message),
        "total": completion.usage.total_tokens,
        "request_id": completion._request_id,
    }


def streamed(request: dict) -> dict:
    texts: dict[int, str] = {}
    ends, usage, chunks = [], None, 0
    for chunk in client().chat.completions.create(**request["params"], stream=True):
        chunks += 1
        usage = chunk.usage or usage
        for choice in chunk.choices:
            texts[choice.index] = texts.get(choice.index, "") + (choice.delta.content or "")
            if choice.finish_reason:
                ends.append(choice.finish_reason)
    return {
        "contents": [texts[index] for index in sorted(texts)],
        "ends": ends,
        "total": usage.total_tokens if usage else None,
        "chunks": chunks,
    }


def helper(request: dict) -> dict:
    """The client's own accumulation of a stream."""
    kinds = set()
    with client().chat.completions.stream(**request["params"]) as stream:
        for event in stream:
            kinds.add(event.type)
        message = stream.get_final_completion().choices[0].message
    return {"content": message.content, "calls": calls_of(message), "kinds": sorted(kinds)}


class Contact(BaseModel):
    mail: str
    phone: str


def parsed(request: dict) -> dict:
    completion = client().chat.completions.parse(**request["params"], response_format=Contact)
    return completion.choices[0].message.parsed.model_dump()


def asynchronous(request: dict) -> dict:
    async def run() -> str:
        settings = {"api_key": api_key, "base_url": base_url, "max_retries": 0}
        async with openai.AsyncOpenAI(**settings) as asynchronous_client:
            text = ""
            async for chunk in await asynchronous_client.chat.completions.create(**request["params"], stream=True):
                text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
            return text

    return {"content": asyncio.run(run())}


def headers(request: dict) -> dict:
    raw = client().chat.completions.with_raw_response.create(**request["params"])
    return {name: raw.headers.get(f"x-palimpsest-{name}") for name in ("route", "redactions", "request-id")}


def retried(request: dict) -> dict:
    patient = client(timeout=1.2, max_retries=5)
    completion = patient.chat.completions.create(**request["params"], extra_headers=request["headers"])
    return {"contents": [completion.choices[0].message.content]}


def failing(request: dict) -> dict:
    settings = {"api_key": request["key"]} if "key" in request else {}
    text = ""
    try:
        extra = request.get("headers", {})
        answer = client(**settings).chat.completions.create(**request["params"], extra_headers=extra)
        if request["params"].get("stream"):
            for chunk in answer:
                text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
    except openai.APIError as error:
        status = getattr(error, "status_code", None)
        body = {"class": type(error).__name__, "status": status, "code": error.code, "param": error.param}
        return {**body, "text": text, "message": error.message}
    raise AssertionError("the call succeeded")


def models(_: dict) -> dict:
    return {"ids": [model.id for model in client().models.list()]}


scenarios = [plain, streamed, helper, parsed, asynchronous, headers, retried, failing, models]
by_name = {scenario.__name__: scenario for scenario in scenarios}

for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = {"result": by_name[asked["scenario"]](asked)}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
