"""The official SDK's client of the modern era against `scr serve`."""

from contextlib import asynccontextmanager

import anyio
import pytest
from mcp import Client, MCPError, StdioServerParameters

from house import ADD_THEN_DOUBLE, HOLD, SCR, configuration, environment, plenty


@asynccontextmanager
async def connected(folder, *arguments):
    server = StdioServerParameters(
        command=str(SCR), args=["serve", "--state", str(folder / "state"), *map(str, arguments)], cwd=str(folder),
        env=environment(folder / "home"))
    async with Client(server, read_timeout_seconds=60) as client:
        yield client


async def all_tools(client):
    tools, pages, cursor = [], 0, None
    while True:
        page = await client.list_tools(cursor=cursor)
        tools += page.tools
        pages += 1
        if not (cursor := page.next_cursor):
            return tools, pages


async def tools_with(client, name):
    """Lists until the tool is there: a list waits 5 s for servers that start, and a busy machine may need more."""
    with anyio.fail_after(60):
        while True:
            tools, pages = await all_tools(client)
            if name in {tool.name for tool in tools}:
                return tools, pages


async def test_discover_settles_on_the_modern_revision_and_advertises_only_what_is_there(tmp_path):
    async with connected(tmp_path) as client:
        assert client.protocol_version == "2026-07-28"
        assert client.server_info.name == "scr"
        capabilities = client.server_capabilities
        assert capabilities.tools is not None
        assert capabilities.prompts.list_changed and capabilities.completions is not None
        assert (capabilities.resources.list_changed, capabilities.resources.subscribe) == (True, True)


async def test_resources_and_prompts_of_the_runtime_are_read_and_completed(tmp_path):
    async with connected(tmp_path) as client:
        plan = {"steps": [{"id": "sum", "tool": "calculator", "arguments": {"expression": "20 + 22"}}], "result": "${steps.sum.text}"}
        done = await client.call_tool("submit_task", {"plan": plan, "wait": True})
        task = done.structured_content["taskId"]
        uris = {str(resource.uri) for resource in (await client.list_resources()).resources}
        assert {"scr://status", "scr://events", f"scr://task/{task}", f"scr://task/{task}/result"} <= uris
        assert (await client.read_resource(f"scr://task/{task}/result")).contents[0].text == "42"
        templates = {template.uri_template for template in (await client.list_resource_templates()).resource_templates}
        assert "scr://task/{taskId}/artifact/{stepId}" in templates
        assert {"planner", "worker", "critic"} <= {prompt.name for prompt in (await client.list_prompts()).prompts}
        prompt = await client.get_prompt("planner", {"goal": "Add up"})
        assert "Goal:\nAdd up" in prompt.messages[0].content.text


async def test_the_task_verbs_and_native_tools_are_listed_under_wire_safe_names(tmp_path):
    async with connected(tmp_path) as client:
        tools, _ = await tools_with(client, "filesystem_read_text_file")
        names = [tool.name for tool in tools]
        assert len(names) == len(set(names))
        verbs = {"submit_task", "get_task", "list_tasks", "cancel_task", "status"}
        assert verbs | {"calculator", "time"} <= set(names)
        assert "filesystem_write_file" not in names
        assert all(tool.input_schema["type"] == "object" for tool in tools)


async def test_many_tools_come_in_pages(tmp_path):
    config = configuration(tmp_path / "scr.yaml", {"plenty": plenty()})
    async with connected(tmp_path, "--config", config) as client:
        tools, pages = await tools_with(client, "plenty_hold")
        assert pages >= 3
        assert {f"plenty_answer_{n:03}" for n in range(230)} <= {tool.name for tool in tools}


async def test_a_native_tool_answers_exactly(tmp_path):
    async with connected(tmp_path) as client:
        result = await client.call_tool("calculator", {"expression": "0.1 + 0.2"})
        assert not result.is_error
        assert result.content[0].text == "0.3"


async def test_a_tool_of_a_server_answers_through_us(tmp_path):
    config = configuration(tmp_path / "scr.yaml", {"plenty": plenty()})
    async with connected(tmp_path, "--config", config) as client:
        await tools_with(client, "plenty_hold")
        result = await client.call_tool("plenty_answer_007", {"value": 7})
        assert result.content[0].text == "7"


async def test_a_submitted_plan_is_awaited_and_comes_back_with_its_steps(tmp_path):
    async with connected(tmp_path) as client:
        result = await client.call_tool("submit_task", {"plan": ADD_THEN_DOUBLE, "wait": True})
        task = result.structured_content
        assert not result.is_error
        assert (task["state"], task["result"]) == ("completed", "42")
        assert {step["id"]: step["state"] for step in task["steps"]} == {"add": "completed", "double": "completed"}
        again = await client.call_tool("get_task", {"taskId": task["taskId"]})
        assert again.structured_content["result"] == "42"
        listed = await client.call_tool("list_tasks", {})
        assert [t["taskId"] for t in listed.structured_content["tasks"]] == [task["taskId"]]


async def test_progress_arrives_while_a_task_is_awaited(tmp_path):
    heard = []

    async def hear(progress, total, message):
        heard.append(progress)

    async with connected(tmp_path) as client:
        await client.call_tool("submit_task", {"plan": ADD_THEN_DOUBLE, "wait": True}, progress_callback=hear)
    assert heard
    assert heard == sorted(set(heard))


async def test_cancelling_a_wait_leaves_the_task_and_cancel_task_ends_it(tmp_path):
    config = configuration(tmp_path / "scr.yaml", {"plenty": plenty()})
    async with connected(tmp_path, "--config", config) as client:
        await tools_with(client, "plenty_hold")
        with anyio.CancelScope() as waiting:

            async def first_news(progress, total, message):
                waiting.cancel()

            await client.call_tool("submit_task", {"plan": HOLD, "wait": True}, progress_callback=first_news)
        assert waiting.cancelled_caught
        listed = await client.call_tool("list_tasks", {})
        [task] = listed.structured_content["tasks"]
        assert task["state"] in ("queued", "running")
        await client.call_tool("cancel_task", {"taskId": task["taskId"]})
        ended = await client.call_tool("get_task", {"taskId": task["taskId"], "wait": True, "timeoutMs": 20000})
        assert ended.structured_content["state"] == "cancelled"


async def test_bad_requests_get_clear_answers_and_the_connection_goes_on(tmp_path):
    async with connected(tmp_path) as client:
        with pytest.raises(MCPError) as unknown:
            await client.call_tool("calculater", {"expression": "1"})
        assert unknown.value.code == -32602
        assert "calculater" in unknown.value.message
        wrong = await client.call_tool("calculator", {"expression": "1 / 0"})
        assert wrong.is_error
        cyclic = {"steps": [
            {"id": "a", "needs": ["b"], "tool": "calculator", "arguments": {"expression": "1"}},
            {"id": "b", "needs": ["a"], "tool": "calculator", "arguments": {"expression": "1"}},
        ]}
        refused = await client.call_tool("submit_task", {"plan": cyclic, "wait": True})
        assert refused.is_error
        assert "a → b → a" in refused.content[0].text
        goal = await client.call_tool("submit_task", {"goal": "Write a poem"})
        assert goal.is_error
        assert "model" in goal.content[0].text.lower()
        assert (await client.call_tool("calculator", {"expression": "6 * 7"})).content[0].text == "42"
