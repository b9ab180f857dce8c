package dev.portcullis.streams.record;

import dev.portcullis.hooks.outbox.HookEvent;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.protocol.codec.DeliveredEvent;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.PairedAppend;
import dev.portcullis.streams.StreamKind;
import java.util.Optional;

/**
 * The events that the application is told of: messages, its own events, and their amendments. The copy in the sender's inbox is
 * not told. An event is the writes that store it in the step of the append; none where no hook is configured.
 */
public final class MessageEvents {
    private final Optional<HookOutbox> outbox;

    public MessageEvents(Optional<HookOutbox> outbox) {
        this.outbox = outbox;
    }

    public WriteSet of(AppendRequest append) {
        return outbox.flatMap(each -> append.message()
                        .filter(any -> !isCopy(append))
                        .flatMap(message -> event(type(append), append, message.id()))
                        .map(each::reports))
                .orElse(WriteSet.NONE);
    }

    /** Whether the entry is the copy of its author, who alone amends it. */
    private static boolean isCopy(AppendRequest append) {
        return append.state() == EntryState.AMENDMENT
                ? append.stream().isInbox() && isOfOwner(append)
                : PairedAppend.isCopy(append);
    }

    private static boolean isOfOwner(AppendRequest append) {
        return append.message()
                .filter(message -> message.author().equals(append.stream().inboxOwner()))
                .isPresent();
    }

    private static HookType type(AppendRequest append) {
        if (append.state() == EntryState.AMENDMENT) {
            return append.deletes() ? HookType.MESSAGE_DELETED : HookType.MESSAGE_EDITED;
        }
        return DeliveredEvent.isEvent(append.body()) ? HookType.EVENT_PUBLISHED : HookType.MESSAGE_PUBLISHED;
    }

    private static Optional<HookEvent> event(HookType type, AppendRequest append, String id) {
        return append.stream()
                .kind()
                .flatMap(MessageEvents::key)
                .map(key -> new HookEvent(type, key, id, append.body(), append.expiresAt()));
    }

    private static Optional<String> key(StreamKind kind) {
        return kind.fold(
                room -> Optional.of("room:" + room.value()),
                inbox -> Optional.of("user:" + inbox.value()),
                cutoffs -> Optional.empty(),
                Optional::empty);
    }
}
