"""The last official SDK that speaks the legacy era only, against `scr serve`."""

import json
import os
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio
import pytest
from mcp import ClientSession, McpError, StdioServerParameters, types
from mcp.client.stdio import stdio_client

from house import ADD_THEN_DOUBLE, HOLD, SCR, configuration, environment, plenty


@asynccontextmanager
async def connected(folder, *arguments, **callbacks):
    server = StdioServerParameters(
        command=str(SCR), args=["serve", "--state", str(folder / "state"), *map(str, arguments)], cwd=str(folder),
        env=environment(folder / "home"))
    async with stdio_client(server) as (read, write):
        async with ClientSession(read, write, read_timeout_seconds=timedelta(seconds=60), **callbacks) as session:
            yield session


async def all_tools(session):
    tools, pages, cursor = [], 0, None
    while True:
        page = await session.list_tools(params=types.PaginatedRequestParams(cursor=cursor))
        assert not page.model_extra, f"not in this revision: {page.model_extra}"
        tools += page.tools
        pages += 1
        if not (cursor := page.nextCursor):
            return tools, pages


async def tools_with(session, name):
    """Lists until the tool is there: a list waits 5 s for servers that start, and a busy machine may need more."""
    with anyio.fail_after(60):
        while True:
            tools, pages = await all_tools(session)
            if name in {tool.name for tool in tools}:
                return tools, pages


async def test_initialize_negotiates_and_ping_answers(tmp_path):
    async with connected(tmp_path) as session:
        answer = await session.initialize()
        assert answer.protocolVersion == types.LATEST_PROTOCOL_VERSION == "2025-11-25"
        assert answer.serverInfo.name == "scr"
        assert answer.capabilities.tools.listChanged is True
        assert answer.capabilities.prompts.listChanged and answer.capabilities.resources.subscribe
        assert not answer.model_extra
        await session.send_ping()


async def test_resources_are_read_and_prompts_given(tmp_path):
    async with connected(tmp_path) as session:
        await session.initialize()
        uris = {str(resource.uri) for resource in (await session.list_resources()).resources}
        assert {"scr://status", "scr://events"} <= uris
        status = json.loads((await session.read_resource("scr://status")).contents[0].text)
        assert status["store"]["durability"] in ("durable", "not durable")
        prompt = await session.get_prompt("worker", {"goal": "Add up"})
        assert "Goal:\nAdd up" in prompt.messages[0].content.text


async def test_many_tools_come_in_pages_that_hold_nothing_the_revision_lacks(tmp_path):
    config = configuration(tmp_path / "scr.yaml", {"plenty": plenty()})
    async with connected(tmp_path, "--config", config) as session:
        await session.initialize()
        tools, pages = await tools_with(session, "plenty_hold")
        assert pages >= 3
        assert {f"plenty_answer_{n:03}" for n in range(230)} | {"submit_task"} <= {tool.name for tool in tools}


async def test_tools_are_called(tmp_path):
    async with connected(tmp_path) as session:
        await session.initialize()
        result = await session.call_tool("calculator", {"expression": "0.1 + 0.2"})
        assert result.content[0].text == "0.3"
        assert not result.model_extra


async def test_a_submitted_plan_is_awaited_with_progress(tmp_path):
    heard = []

    async def hear(progress, total, message):
        heard.append(progress)

    async with connected(tmp_path) as session:
        await session.initialize()
        result = await session.call_tool(
            "submit_task", {"plan": ADD_THEN_DOUBLE, "wait": True}, progress_callback=hear)
        assert not result.isError
        assert (result.structuredContent["state"], result.structuredContent["result"]) == ("completed", "42")
    assert heard
    assert heard == sorted(set(heard))


async def test_cancelling_a_request_leaves_its_task_and_cancel_task_ends_it(tmp_path):
    config = configuration(tmp_path / "scr.yaml", {"plenty": plenty()})
    running = anyio.Event()

    async def first_news(progress, total, message):
        running.set()

    async with connected(tmp_path, "--config", config) as session:
        await session.initialize()
        await tools_with(session, "plenty_hold")
        cancelled = session._request_id  # the next request's; the SDK numbers them and tells nobody
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: session.call_tool(
                "submit_task", {"plan": HOLD, "wait": True}, progress_callback=first_news))
            with anyio.fail_after(20):
                await running.wait()
            [task] = (await session.call_tool("list_tasks", {})).structuredContent["tasks"]
            # This SDK sends no notice when a call is abandoned, so the test does.
            await session.send_notification(types.ClientNotification(types.CancelledNotification(
                params=types.CancelledNotificationParams(requestId=cancelled))))
            group.cancel_scope.cancel()
        still = (await session.call_tool("get_task", {"taskId": task["taskId"]})).structuredContent
        assert still["state"] in ("queued", "running")
        await session.call_tool("cancel_task", {"taskId": task["taskId"]})
        ended = await session.call_tool("get_task", {"taskId": task["taskId"], "wait": True, "timeoutMs": 20000})
        assert ended.structuredContent["state"] == "cancelled"


async def test_a_server_that_comes_late_is_announced(tmp_path):
    fifo = tmp_path / "start"
    os.mkfifo(fifo)
    config = configuration(tmp_path / "scr.yaml", {"plenty": plenty(START_WHEN=str(fifo))})
    announced = anyio.Event()

    async def hear(message):
        if isinstance(message, types.ServerNotification) and isinstance(
                message.root, types.ToolListChangedNotification):
            announced.set()

    async with connected(tmp_path, "--config", config, message_handler=hear) as session:
        await session.initialize()
        early = {tool.name for tool in (await all_tools(session))[0]}
        assert "calculator" in early
        assert "plenty_answer_000" not in early
        await anyio.to_thread.run_sync(lambda: open(fifo, "w").close())
        with anyio.fail_after(20):
            await announced.wait()
        assert "plenty_answer_000" in {tool.name for tool in (await all_tools(session))[0]}


async def test_bad_requests_get_clear_answers_and_the_connection_goes_on(tmp_path):
    async with connected(tmp_path) as session:
        await session.initialize()
        with pytest.raises(McpError) as unknown:
            await session.call_tool("calculater", {"expression": "1"})
        assert unknown.value.error.code == -32602
        assert (await session.call_tool("calculator", {"expression": "1 / 0"})).isError
        assert (await session.call_tool("calculator", {"expression": "6 * 7"})).content[0].text == "42"
