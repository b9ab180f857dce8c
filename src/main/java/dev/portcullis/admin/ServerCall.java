package dev.portcullis.admin;

import dev.portcullis.broadcast.Publication;
import dev.portcullis.broadcast.server.ServerOutcome;
import dev.portcullis.broadcast.server.SystemMessage;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.contract.InputSchema.Malformed;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.ChunkedCalls;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The messages of one call, in their order. A message that does not fit its schema does not hold up the others of its list.
 *
 * @param single whether the body is the message itself
 */
record ServerCall(boolean single, List<Item> items) {
    /**
     * @param message empty if it is malformed
     * @param violations the violations of an item without a message
     */
    private record Item(Optional<SystemMessage> message, List<Violation> violations) {}

    /**
     * Judges the messages of a call. Under one key they are told apart by their places, behind a space that no key contains.
     *
     * @param list the messages of the body; empty if it is the message itself
     */
    static Future<ServerCall> judge(
            Fields body,
            List<Result<Fields, Malformed>> list,
            Optional<String> idempotencyKey,
            EventBodies events,
            JudgingTurns turns) {
        String key = idempotencyKey.orElseGet(() -> UUID.randomUUID().toString());
        if (list.isEmpty()) {
            return Future.succeededFuture(new ServerCall(true, List.of(item(body, key + " 0", events))));
        }
        List<Integer> places = IntStream.range(0, list.size()).boxed().toList();
        return ChunkedCalls.run(
                        places, 1, place -> turns.next().map(any -> item(list.get(place), key + ' ' + place, events)))
                .map(items -> new ServerCall(false, items));
    }

    private static Item item(Result<Fields, Malformed> read, String key, EventBodies events) {
        return read.fold(
                fields -> item(fields, key, events), malformed -> new Item(Optional.empty(), malformed.details()));
    }

    private static Item item(Fields fields, String key, EventBodies events) {
        Optional<String> event = fields.textIn("event");
        if (event.isPresent()) {
            return events.judge(
                    event.get(),
                    fields.rawData().orElseThrow(),
                    (good, stored) -> new Item(
                            Optional.of(new SystemMessage(
                                    good, Optional.empty(), fields.textIn("id").orElse(key), stored)),
                            List.of()),
                    violations -> new Item(Optional.empty(), violations));
        }
        Publication.Message message = new Publication.Message(
                events.to(),
                fields.text("content"),
                fields.textIn("replyTo"),
                fields.objects("attachments").stream()
                        .map(file -> new Attachment(file.text("type"), file.text("url"), file.text("name")))
                        .toList(),
                fields.numberIn("expiresInMs"));
        return new Item(
                Optional.of(new SystemMessage(
                        message, fields.textIn("username"), fields.textIn("id").orElse(key), true)),
                List.of());
    }

    /** The messages of the items that are valid. */
    List<SystemMessage> messages() {
        return items.stream().flatMap(item -> item.message().stream()).toList();
    }

    /** @param published the outcomes of {@link #messages} */
    List<ServerOutcome> outcomes(List<ServerOutcome> published) {
        Iterator<ServerOutcome> next = published.iterator();
        return items.stream()
                .map(item -> item.message().isPresent()
                        ? next.next()
                        : new ServerOutcome.Refused(Rejection.invalid(item.violations())))
                .toList();
    }
}
