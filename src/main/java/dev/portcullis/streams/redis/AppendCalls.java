package dev.portcullis.streams.redis;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.store.rows.RowArguments;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EditOrder;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.IdempotencyRow;
import dev.portcullis.streams.record.MessageEvents;
import dev.portcullis.streams.record.RandomEpoch;
import dev.portcullis.streams.record.RowKeys;
import java.util.function.LongSupplier;

/** The calls of {@code append.lua}. */
final class AppendCalls {
    private final Script script;
    private final LongSupplier millis;
    private final MessageEvents events;

    AppendCalls(RedisStore redis, LongSupplier millis, MessageEvents events) {
        this.script = redis.script(
                AppendCalls.class,
                "lane",
                "stream_meta",
                "bars",
                RowArguments.CHANGES_FILE,
                RowArguments.PERMIT_FILE,
                "message_index",
                "conversation_entry",
                "inbox_place",
                "append");
        this.millis = millis;
        this.events = events;
    }

    Script.Call of(AppendRequest append) {
        return finished(call(append, EntryState.MESSAGE), append, events.of(append));
    }

    Script.Call of(AmendRequest amend) {
        return finished(call(amend), amend.append(), events.of(amend));
    }

    private Script.Call call(AmendRequest amend) {
        Script.Call call = call(amend.entry(), EntryState.AMENDMENT)
                .arg(amend.messageId())
                .arg(amend.ofAnyAuthor() ? "" : amend.by().value())
                .arg(amend.notBefore())
                .arg(amend.searched())
                .arg(amend.change().result().code())
                .arg(amend.mostEdits())
                .arg(amend.elsewhere().isPresent() ? "1" : "")
                .arg(amend.isKnownIfDeleted() ? "1" : "");
        amend.editedElsewhere()
                .ifPresentOrElse(
                        first -> call.arg(EditOrder.key(amend.append().stream(), amend))
                                .arg(EditOrder.withoutOwn(first)),
                        () -> call.arg("").arg(""));
        return call.arg(RedisInboxReads.LOOKED_BYTES);
    }

    /** Adds the arguments at the end of each call. */
    private static Script.Call finished(Script.Call call, AppendRequest append, WriteSet event) {
        append.leaver()
                .ifPresentOrElse(
                        user -> call.arg(RowKeys.lastLeave(append.stream(), user))
                                .arg(append.permit().changes() ? "1" : ""),
                        () -> call.arg("").arg(""));
        return RowArguments.permit(call, append.stream().lane(), append.permit(), event);
    }

    /** @param messageState the entry's state if it carries a message */
    private Script.Call call(AppendRequest append, EntryState messageState) {
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
                .key(RedisKeys.of(lane, StreamBars.COUNTS, stream.value()))
                .key(RedisInboxReads.index(stream));
        if (stream.isInbox()) {
            call.key(RedisInboxStore.backlogs(stream))
                    .key(RedisInboxStore.blocks(stream))
                    .key(RedisInboxReads.conversations(stream))
                    .key(RedisInboxStore.strangers(stream))
                    .key(RedisInboxStore.known(stream))
                    .key(RedisInboxStore.correspondents(stream));
        }
        call.arg(millis.getAsLong())
                .arg(RandomEpoch.next())
                .arg(stream.value())
                .arg(append.notAfter())
                .arg(append.retention().entries())
                .arg(append.retention().ageMs())
                .arg(EntryRow.withoutPosition(append, messageState))
                .arg(append.author().map(UserId::value).orElse(""))
                .arg(append.barred().map(UserId::value).orElse(""));
        append.idempotencyKey()
                .ifPresentOrElse(
                        idempotencyKey -> call.arg(RowKeys.idempotencyKey(stream, idempotencyKey))
                                .arg(IdempotencyRow.withoutPosition(idempotencyKey)),
                        () -> call.arg("").arg(""));
        call.arg(append.mostBars()).arg(EntryRow.version(append));
        return append.backlog()
                .map(backlog -> call.arg(backlog.sender().value()).arg(backlog.most()))
                .orElseGet(() -> call.arg("").arg(0));
    }
}
