package dev.portcullis.streams.redis;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.RowArguments;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.AppendResult.Refusal;
import dev.portcullis.streams.BlockList;
import dev.portcullis.streams.Conversations;
import dev.portcullis.streams.ExpiringMessages;
import dev.portcullis.streams.MessageChange;
import dev.portcullis.streams.RemovedFiles;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.record.EditPlace;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.IdempotencyRow;
import dev.portcullis.streams.record.MessageEvents;
import dev.portcullis.streams.record.RandomEpoch;
import dev.portcullis.streams.record.RowKeys;
import io.vertx.redis.client.Response;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The calls of {@code append.lua}, and its replies. */
final class AppendCalls {
    private final Script script;
    private final LongSupplier millis;
    private final MessageEvents events;

    AppendCalls(RedisStore redis, LongSupplier millis, MessageEvents events) {
        this.script = redis.script(
                AppendCalls.class,
                "lane",
                "stream_meta",
                RowArguments.CHANGES_FILE,
                RowArguments.PERMIT_FILE,
                "conversation_entry",
                "inbox_place",
                "append");
        this.millis = millis;
        this.events = events;
    }

    /**
     * @param archived the archive's position of the stream, which a stream without a record goes on from; empty if the archive
     * was not asked
     */
    Script.Call of(AppendRequest append, Optional<Position> archived) {
        StreamName stream = append.stream();
        int lane = stream.lane();
        Script.Call call = script.call()
                .key(RedisKeys.of(lane, "lane"))
                .key(RedisKeys.of(lane, "moved"))
                .key(RedisKeys.of(lane, "ka"))
                .key(RedisKeys.of(lane, "kb"))
                .key(RedisKeys.of(lane, "m", stream.value()))
                .key(RedisKeys.of(lane, "e", stream.value()))
                .key(RedisKeys.of(lane, StreamBars.TABLE, stream.value()))
                .key(RedisKeys.of(lane, StreamBars.COUNTS, stream.value()));
        if (stream.isInbox()) {
            call.key(RedisInboxStore.backlogs(stream))
                    .key(RedisKeys.of(lane, BlockList.TABLE, stream.value()))
                    .key(RedisKeys.of(lane, Conversations.TABLE, stream.value()))
                    .key(RedisInboxStore.strangers(stream))
                    .key(RedisInboxStore.known(stream))
                    .key(RedisInboxStore.correspondents(stream));
        }
        if (append.window().archived()) {
            call.key(RedisArchiveSource.streams(lane)).key(RedisArchiveSource.bytes(lane));
        }
        if (append.deletes()) {
            call.key(RedisKeys.of(lane, RemovedFiles.TABLE, RemovedFiles.ENDING));
        }
        call.arg(millis.getAsLong())
                .arg(RandomEpoch.next())
                .arg(stream.value())
                .arg(append.notAfter())
                .arg(append.window().entries())
                .arg(append.window().ageMs())
                .arg(EntryRow.withoutPosition(append))
                .arg(append.author().map(UserId::value).orElse(""))
                .arg(append.barred().map(UserId::value).orElse(""));
        append.idempotencyKey()
                .ifPresentOrElse(
                        idempotencyKey -> call.arg(RowKeys.idempotencyKey(stream, idempotencyKey))
                                .arg(IdempotencyRow.withoutPosition(idempotencyKey)),
                        () -> call.arg("").arg(""));
        call.arg(append.mostBars()).arg(EntryRow.version(append));
        append.backlog()
                .ifPresentOrElse(
                        backlog -> call.arg(backlog.sender().value()).arg(backlog.most()),
                        () -> call.arg("").arg(0));
        call.arg(append.deletes() ? "1" : "");
        change(call, append.change());
        beside(call, append);
        call.arg(append.window().archived() ? "1" : "")
                .arg(archived.map(at -> at.epoch() + ':' + at.seq()).orElse(""))
                .arg(append.change()
                        .flatMap(MessageChange::message)
                        .filter(message -> message.archived().isPresent())
                        .map(message -> Long.toString(message.amendedBy()))
                        .orElse(""));
        bounds(call, append.window());
        return RowArguments.permit(
                call, lane, append.permit(), events.of(append).and(ExpiringMessages.writes(append)));
    }

    /** Adds the retention of a stream that has none of its own, and the most that one may be. */
    static void bounds(Script.Call call, StreamWindow window) {
        call.arg(bound(window.standard().entries()))
                .arg(bound(window.standard().ageMs()))
                .arg(bound(window.most().entries()))
                .arg(bound(window.most().ageMs()));
    }

    private static String bound(long most) {
        return most >= Retention.MOST ? "" : Long.toString(most);
    }

    private static void change(Script.Call call, Optional<MessageChange> change) {
        call.arg(change.flatMap(MessageChange::refusal)
                .map(any -> "refused")
                .or(() -> change.flatMap(MessageChange::knownAt).map(seq -> Long.toString(seq)))
                .orElse(""));
        change.flatMap(MessageChange::message)
                .ifPresentOrElse(
                        message -> {
                            EntryRow row = EntryRow.of(message);
                            call.arg(message.entry().position().seq())
                                    .arg(row.head())
                                    .arg(row.amendedUpToSeq(change.orElseThrow().becomes()));
                        },
                        () -> call.arg("").arg("").arg(""));
    }

    /** Adds the row that is kept beside the idempotency key: that of a leave, or of an edit. */
    private static void beside(Script.Call call, AppendRequest append) {
        Optional<Position> edit = append.change().flatMap(MessageChange::elsewhere);
        if (append.leaver().isPresent()) {
            call.arg(RowKeys.lastLeave(append.stream(), append.leaver().get()))
                    .arg("")
                    .arg(append.permit().changes() ? "" : "1");
        } else if (edit.isPresent()) {
            call.arg(RowKeys.editPlace(
                            append.stream(), append.message().orElseThrow().id()))
                    .arg(EditPlace.encode(edit.get()))
                    .arg("");
        } else {
            call.arg("").arg("").arg("");
        }
    }

    /** Whether the store has no record of the stream, and asks for the archive's position. */
    static boolean isForgotten(Response reply) {
        return reply.get(0).toString().equals("forgotten");
    }

    /** The server that wrote what an ack rests on, or found it written. */
    static Optional<String> writer(Response reply) {
        return switch (reply.get(0).toString()) {
            case "stored" -> Optional.of(reply.get(5).toString());
            case "known" -> Optional.of(reply.get(2).toString());
            default -> Optional.empty();
        };
    }

    /** The outcome that the reply tells. */
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
