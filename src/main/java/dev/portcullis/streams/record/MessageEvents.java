package dev.portcullis.streams.record;

import dev.portcullis.hooks.outbox.HookEvent;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.hooks.outbox.HookType;
import dev.portcullis.protocol.codec.DeliveredEvent;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest;
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
        return writes(append.message()
                .filter(any -> !PairedAppend.isCopy(append))
                .flatMap(message -> event(
                        DeliveredEvent.isEvent(append.body()) ? HookType.EVENT_PUBLISHED : HookType.MESSAGE_PUBLISHED,
                        append,
                        message.id())));
    }

    /** The event of an amendment. In an inbox, only the amendment of the recipient's copy counts in a backlog. */
    public WriteSet of(AmendRequest amend) {
        HookType type = amend.change() == AmendRequest.Change.EDIT ? HookType.MESSAGE_EDITED : HookType.MESSAGE_DELETED;
        AppendRequest append = amend.append();
        return append.stream().isInbox() && append.backlog().isEmpty()
                ? WriteSet.NONE
                : writes(event(type, append, amend.messageId()));
    }

    private WriteSet writes(Optional<HookEvent> event) {
        return outbox.flatMap(each -> event.map(each::reports)).orElse(WriteSet.NONE);
    }

    private static Optional<HookEvent> event(HookType type, AppendRequest append, String id) {
        return append.stream()
                .kind()
                .flatMap(MessageEvents::key)
                .map(key -> new HookEvent(type, key, id, append.body()));
    }

    private static Optional<String> key(StreamKind kind) {
        return kind.fold(
                room -> Optional.of("room:" + room.value()),
                inbox -> Optional.of("user:" + inbox.value()),
                cutoffs -> Optional.empty(),
                Optional::empty);
    }
}
