"""A bot that answers who mentions it. It reconnects, resumes where it was, and answers each message once.

Python 3.9 or newer, and `pip install websockets`:

    TOKEN=… python3 bot.py ws://localhost:8080/ws lobby
"""

import asyncio
import json
import os
import random
import sys

import websockets

# Bugs, and refusals that the same token would meet again.
FINAL = {1002, 1003, 1007, 1008, 1009, 4002, 4003, 4005, 4007}


class Bot:
    def __init__(self, url, room):
        self.url, self.room = url, room
        self.position = None  # of the newest entry that was handled
        self.unanswered = {}  # frames by their id, until there is an ack
        self.tasks = set()
        self.slot = 0  # seconds until the server wants to see this client again

    async def run(self):
        failures = 0
        while True:
            try:
                async with websockets.connect(self.url, subprotocols=["portcullis.v1"]) as self.socket:
                    await self.send({"type": "auth", "token": os.environ["TOKEN"]})
                    async for text in self.socket:
                        failures = 0
                        await self.receive(json.loads(text))
            except websockets.ConnectionClosed as closed:
                if closed.rcvd and closed.rcvd.code in FINAL:
                    sys.exit(f"closed: {closed.rcvd.code} {closed.rcvd.reason}")
            except (OSError, websockets.InvalidHandshake) as refused:  # a node that drains answers 503
                print(refused, flush=True)
            failures += 1  # a random wait, so that not all clients of a server come back at once
            await asyncio.sleep(self.slot + random.uniform(0, min(30, 2 ** min(failures, 5))))
            self.slot = 0

    async def receive(self, frame):
        kind = frame["type"]
        if kind == "auth_success":
            self.name = frame["userId"]
            await self.join()
        elif kind == "joined":
            for entry in frame["messages"]:
                await self.handle(entry)
            self.position = {"epoch": frame["epoch"], "seq": frame["seq"]}
            if not frame["more"]:
                print("joined", frame["roomId"], flush=True)
                for unanswered in list(self.unanswered.values()):
                    await self.send(unanswered)
        elif "seq" in frame and frame.get("roomId") == self.room and kind != "ack":
            await self.handle(frame)
        elif kind in ("rate_limited", "error") and frame.get("id") == "join":
            if kind == "error" and frame["reason"] not in ("unavailable", "timeout"):
                sys.exit(f"not joined: {frame['reason']}")
            self.start(self.join(frame.get("retryAfter", 1000) / 1000))
        elif kind == "ack" or (kind == "error" and frame["reason"] != "unavailable"):
            self.unanswered.pop(frame.get("id"), None)
        elif kind in ("rate_limited", "error") and frame.get("id") in self.unanswered:
            self.start(self.again(frame["id"], frame.get("retryAfter", 1000) / 1000))
        elif kind == "server_draining":
            self.slot = frame["reconnectInMs"] / 1000

    async def handle(self, entry):
        self.position = {"epoch": entry["epoch"], "seq": entry["seq"]}
        if entry["type"] == "chat" and f"@{self.name}" in entry["mentions"] and entry["userId"] != self.name:
            answer = {"type": "chat", "roomId": self.room, "content": f"Hello {entry['userId']}", "replyTo": entry["messageId"]}
            # Made of the question's id: who sends it twice publishes one answer.
            answer["id"] = "answer-" + entry["messageId"]
            self.unanswered[answer["id"]] = answer
            await self.send(answer)

    def start(self, work):
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def join(self, seconds=0):
        socket = self.socket
        await asyncio.sleep(seconds)
        if socket is self.socket:  # a later connection has a join of its own
            await self.send({"type": "join", "id": "join", "roomId": self.room, **({"since": self.position} if self.position else {})})

    async def again(self, frame_id, seconds):
        await asyncio.sleep(seconds)
        if frame_id in self.unanswered:
            await self.send(self.unanswered[frame_id])

    async def send(self, frame):
        try:
            await self.socket.send(json.dumps(frame))
        except websockets.ConnectionClosed:
            pass  # run() reconnects, and what is unanswered is sent again


if __name__ == "__main__":
    asyncio.run(Bot(sys.argv[1], sys.argv[2]).run())
