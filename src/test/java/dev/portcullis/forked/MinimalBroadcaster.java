package dev.portcullis.forked;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The least that a Vert.x server does to broadcast in rooms, in the frames of our protocol: it checks, counts, stores and
 * remembers nothing. The cost of ours is a ratio to it. It prints its port, and ends with its standard input.
 */
final class MinimalBroadcaster {
    private static final String EPOCH = "minimal";

    private final Map<String, Room> rooms = new HashMap<>();

    private static final class Room {
        private final List<ServerWebSocket> members = new ArrayList<>();
        private long seq;
    }

    private MinimalBroadcaster() {}

    public static void main(String[] args) throws Exception {
        MinimalBroadcaster broadcaster = new MinimalBroadcaster();
        var server = Vertx.vertx()
                .createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .addWebSocketSubProtocol("portcullis.v1"))
                .webSocketHandler(broadcaster::connected)
                .listen()
                .await(30, TimeUnit.SECONDS);
        System.out.println("port " + server.actualPort());
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        System.exit(0);
    }

    /** One server has one event loop, so nothing here is shared. */
    private void connected(ServerWebSocket socket) {
        socket.textMessageHandler(text -> received(socket, new JsonObject(text)));
        socket.closeHandler(any -> rooms.values().forEach(room -> room.members.remove(socket)));
        socket.writeTextMessage("{\"type\":\"auth_success\"}");
    }

    private void received(ServerWebSocket from, JsonObject frame) {
        String roomId = frame.getString("roomId");
        Room room = rooms.computeIfAbsent(roomId, any -> new Room());
        if (frame.getString("type").equals("join")) {
            room.members.add(from);
            from.writeTextMessage(place("joined", roomId, room.seq).encode());
            return;
        }
        room.seq++;
        String message = place("chat", roomId, room.seq)
                .put("id", frame.getString("id"))
                .put("content", frame.getString("content"))
                .encode();
        room.members.forEach(member -> member.writeTextMessage(message));
        from.writeTextMessage(
                place("ack", roomId, room.seq).put("id", frame.getString("id")).encode());
    }

    private static JsonObject place(String type, String roomId, long seq) {
        return new JsonObject()
                .put("type", type)
                .put("roomId", roomId)
                .put("epoch", EPOCH)
                .put("seq", seq);
    }
}
