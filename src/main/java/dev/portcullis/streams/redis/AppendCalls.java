package dev.portcullis.streams.redis;

import dev.portcullis.hooks.outbox.HookEvent;
import dev.portcullis.hooks.outbox.RedisOutbox;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EditOrder;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.IdempotencyRow;
import dev.portcullis.streams.record.MessageEvents;
import dev.portcullis.streams.record.RandomEpoch;
import dev.portcullis.streams.record.RowKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The calls of {@code append.lua}. */
final class AppendCalls {
    private final Script script;
    private final Optional<InRoom> inRoom;
    private final LongSupplier millis;
    private final Optional<RedisOutbox> outbox;

    /** The script of an append that concerns the members of its room. */
    private record InRoom(Script script, MembershipPart part) {}

    AppendCalls(
            RedisStore redis, LongSupplier millis, Optional<RedisOutbox> outbox, Optional<MembershipPart> memberships) {
        this.script = script(redis, outbox, List.of("no_membership"));
        this.inRoom = memberships.map(part -> new InRoom(script(redis, outbox, part.files()), part));
        this.millis = millis;
        this.outbox = outbox;
    }

    private static Script script(RedisStore redis, Optional<RedisOutbox> outbox, List<String> membership) {
        List<String> files = new ArrayList<>(List.of(
                "lane", "stream_meta", RedisOutbox.part(outbox), "message_index", "conversation_entry", "inbox_place"));
        files.addAll(membership);
        files.add("append");
        return redis.script(AppendCalls.class, files.toArray(String[]::new));
    }

    Script.Call of(AppendRequest append) {
        return reporting(
                inRoom(append, call -> of(call, append, EntryState.MESSAGE)), append, () -> MessageEvents.of(append));
    }

    Script.Call of(AmendRequest amend) {
        return reporting(
                inRoom(amend.append(), call -> of(call, amend)), amend.append(), () -> MessageEvents.of(amend));
    }

    private Script.Call of(Script.Call begun, AmendRequest amend) {
        Script.Call call = of(begun, amend.entry(), EntryState.AMENDMENT)
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

    /** @param filled adds what the call has in any case */
    private Script.Call inRoom(AppendRequest append, UnaryOperator<Script.Call> filled) {
        return append.room()
                .flatMap(room -> inRoom.map(with -> with.part()
                        .arguments(
                                filled.apply(with.part().keys(with.script().call(), room)),
                                append.condition(),
                                append.ends())))
                .orElseGet(() -> filled.apply(script.call()));
    }

    private Script.Call reporting(Script.Call call, AppendRequest append, Supplier<Optional<HookEvent>> event) {
        return outbox.map(each -> each.report(call, append.stream().lane(), event.get(), Optional.empty()))
                .orElse(call);
    }

    /** @param messageState what the entry is if it carries a message */
    private Script.Call of(Script.Call call, AppendRequest append, EntryState messageState) {
        StreamName stream = append.stream();
        int lane = stream.lane();
        call.key(RedisKeys.of(lane, "lane"))
                .key(RedisKeys.of(lane, "moved"))
                .key(RedisKeys.of(lane, "ka"))
                .key(RedisKeys.of(lane, "kb"))
                .key(RedisKeys.of(lane, "m", stream.value()))
                .key(RedisKeys.of(lane, "e", stream.value()))
                .key(MembershipPart.bars(stream))
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
