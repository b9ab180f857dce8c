package dev.portcullis.client;

import dev.portcullis.client.pace.PacedFrames;
import dev.portcullis.client.pace.QueuedFrame;
import dev.portcullis.client.pace.SendPacer;
import dev.portcullis.protocol.Position;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Everything that a client keeps beyond its connections: its rooms, its direct messages, and the frames that wait for an
 * answer. Each frame of the server is handed to the part that it concerns.
 */
final class Conversation {
    private static final String JOIN = "join";

    private final FrameChannel transport;
    private final SendPacer pacer;
    private final ReconnectPolicy reconnects;
    private final TokenRenewal renewal;
    private final JoinedRooms rooms;
    private final RequestTracker requests;
    private final Inbox inbox;
    private final Amendments amendments = new Amendments();
    private boolean open;

    Conversation(
            FrameChannel transport,
            ClientOptions options,
            SendPacer pacer,
            ReconnectPolicy reconnects,
            TokenRenewal renewal,
            Predicate<Position> resume) {
        this.transport = transport;
        this.pacer = pacer;
        this.reconnects = reconnects;
        this.renewal = renewal;
        this.rooms = new JoinedRooms(transport, pacer, options.tail());
        this.requests = new RequestTracker(transport, pacer, rooms, options.maxPending());
        this.inbox = new Inbox(transport, resume, options.acksInbox());
    }

    Future<JsonObject> join(String room) {
        return rooms.join(room);
    }

    Future<JsonObject> join(String room, int tail) {
        return rooms.join(room, tail);
    }

    Future<JsonObject> leave(String room) {
        rooms.leave(room);
        return ask(new JsonObject().put("type", "leave").put("roomId", room));
    }

    /** Sends a frame until it is answered: a repeat under its id does no harm. */
    Future<JsonObject> publish(JsonObject frame) {
        return requests.addRepeatable(frame);
    }

    /** Sends an event that is of no use later: now or never. */
    Future<JsonObject> publishTransient(JsonObject frame) {
        return requests.addTransient(frame);
    }

    /**
     * Applies edits and deletions that the client knows to the newest entries of a history. Entries behind a position stay as
     * they were published.
     */
    Future<JsonObject> ask(JsonObject frame) {
        boolean showsLatest = "history".equals(frame.getValue("type")) && !frame.containsKey("after");
        Future<JsonObject> answer = requests.add(frame);
        return showsLatest ? answer.map(amendments::applyTo) : answer;
    }

    List<QueuedFrame> queue() {
        return requests.queue();
    }

    /** The frames that the limits hold up, while there is a connection. */
    List<PacedFrames> paced() {
        Map<List<String>, Integer> counts = new LinkedHashMap<>();
        if (open) {
            requests.queue().stream()
                    .filter(each -> !each.sent())
                    .forEach(each -> counts.merge(SendPacer.countedAs(each.frame()), 1, Integer::sum));
            counts.put(List.of(JOIN), rooms.waiting());
        }
        long now = transport.now();
        return counts.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> pacedFrames(each.getKey(), each.getValue(), now))
                .filter(each -> each.inMs() > 0)
                .toList();
    }

    private PacedFrames pacedFrames(List<String> countedAs, int count, long now) {
        String narrowest = countedAs.get(countedAs.size() - 1);
        return new PacedFrames(narrowest, count, pacer.waitMs(countedAs, now));
    }

    boolean cancel(String id) {
        return requests.cancel(id);
    }

    void acknowledge(long inboxSeq) {
        inbox.acknowledge(inboxSeq);
    }

    void opened(ServerMessage welcome) {
        open = true;
        Optional<ServerMessage> limits = welcome.object("limits");
        pacer.opened(
                limits.map(ServerMessage::numbers).orElse(Map.of()),
                limits.flatMap(each -> each.object("actions"))
                        .map(ServerMessage::numbers)
                        .orElse(Map.of()),
                transport.now());
        rooms.opened();
        requests.opened(limits.flatMap(each -> each.number("frameBytes")));
        Optional<ServerMessage> direct = welcome.object("inbox");
        inbox.opened(direct.flatMap(ServerMessage::position));
        direct.flatMap(each -> each.object("gap")).flatMap(ServerMessage::gap).ifPresent(inbox::gap);
    }

    void disconnected() {
        open = false;
        renewal.disconnected();
        rooms.disconnected();
        requests.disconnected();
    }

    /** The application closes the client. */
    void close() {
        if (open) {
            inbox.acknowledgeAll();
        }
    }

    void end() {
        open = false;
        rooms.end();
        requests.end();
    }

    void tick(long answerMs) {
        requests.tick(answerMs);
        if (open) {
            rooms.tick(answerMs);
            inbox.tick();
        }
    }

    void dispatch(ServerMessage message) {
        message.id().ifPresent(id -> pacer.answered(id, transport.now()));
        switch (message.type()) {
            case "token_expiring" -> {
                message.number("expiresAt").ifPresent(end -> transport.emit(new ClientEvent.TokenExpiring(end)));
                renewal.expiring(message.number("expiresAt").orElse(0L));
            }
            case "left" -> left(message);
            case "gap" -> message.gap().ifPresent(inbox::gap);
            case "membership" -> message.membership().ifPresent(transport::emit);
            case "joined" -> {
                joined(message);
                requests.flush();
            }
            case "error" -> refused(message, message.refused());
            case "rate_limited" -> limited(message, message.limited());
            case "server_draining" -> {
                long slot = message.number("reconnectInMs").orElse(0L);
                reconnects.draining(slot);
                transport.emit(new ClientEvent.Draining(slot));
            }
            case "ack" -> requests.answered(message);
            default -> {
                if (!requests.answered(message)) {
                    delivered(message);
                }
            }
        }
    }

    /** The newest entries, where nothing is resumed, are as they are now; those of a resume as they were published. */
    private void joined(ServerMessage message) {
        if (message.flag("recovered")) {
            message.messages().forEach(placed -> amendments.add(placed.entry().frame()));
        } else {
            amendments.applyTo(message.frame());
        }
        rooms.joined(message);
    }

    private void delivered(ServerMessage message) {
        amendments.add(message.frame());
        Optional<Position> direct = message.directPosition();
        if (direct.isPresent()) {
            inbox.entry(direct.get(), message);
        } else {
            message.entry()
                    .ifPresentOrElse(
                            rooms::entry, () -> transport.emit(new ClientEvent.Other(message.type(), message.frame())));
        }
    }

    private void left(ServerMessage message) {
        if (!requests.answered(message)) {
            message.roomId().filter(rooms::notGranted).ifPresent(room -> transport.emit(new ClientEvent.Left(room)));
        }
    }

    private void limited(ServerMessage message, ClientEvent.Limited limit) {
        long now = transport.now();
        long until = now + Math.min(limit.retryAfterMs(), ReconnectPolicy.MAX_SERVER_WAIT_MS);
        if (!open) {
            reconnects.limited(limit.retryAfterMs());
        } else {
            List<String> countedAs =
                    message.id().flatMap(requests::countedAs).orElse(List.of(JOIN)); // only they have none
            pacer.refused(limit.scope(), limit.window(), pacer.limiting(countedAs), until, now);
        }
        refused(message, limit);
    }

    private void refused(ServerMessage message, ClientEvent event) {
        transport.emit(event);
        if (!rooms.refused(message)) {
            requests.refused(message);
        }
    }
}
