package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.MessageChange;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.record.IdempotencyRow;
import io.vertx.redis.client.Response;

/** Reads the reply of {@code append.lua}. */
final class AppendReply {
    private AppendReply() {}

    static AppendResult read(AppendRequest append, Response reply) {
        String outcome = reply.get(0).toString();
        return switch (outcome) {
            case "stored" ->
                new AppendResult.Stored(entry(append, reply), reply.get(4).toInteger());
            case "known" ->
                IdempotencyRow.decode(reply.get(1).toBytes())
                        .resultFor(append.idempotencyKey().orElseThrow());
            case "expired" -> Refusal.EXPIRED;
            case "barred" -> Refusal.BARRED;
            case "full" -> Refusal.FULL;
            case "backlog_full" -> Refusal.BACKLOG_FULL;
            case "unreported" -> throw new StoreFailure("the outbox of the hooks is full");
            case "changed" -> Refusal.CHANGED;
            case "absent" -> Refusal.ABSENT;
            case "refused" -> append.change().flatMap(MessageChange::refusal).orElseThrow();
            default -> throw new StoreFailure("an append had an outcome of another release");
        };
    }

    private static StreamEntry entry(AppendRequest append, Response stored) {
        Position at = new Position(stored.get(1).toString(), stored.get(2).toLong());
        return new StreamEntry(
                append.stream(),
                at,
                append.timestamp(),
                append.body(),
                append.ended(),
                stored.get(3).toLong());
    }
}
