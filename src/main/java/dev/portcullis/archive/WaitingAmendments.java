package dev.portcullis.archive;

import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The amendments that wait for the archive, of the messages of one read of it. They show in the answer as if the archive had
 * them. Of each message as many are kept as decide what it says, so it holds no more than twice what was read.
 */
final class WaitingAmendments {
    private final Map<Message, List<EntryRow>> amendments = new HashMap<>();
    private boolean any;

    private record Message(StreamName stream, String id) {
        static Optional<Message> of(StreamEntry entry) {
            return DeliveredMessage.messageId(entry.body()).map(id -> new Message(entry.stream(), id));
        }
    }

    WaitingAmendments(Collection<StreamEntry> read) {
        read.forEach(entry -> Message.of(entry).ifPresent(message -> amendments.put(message, List.of())));
    }

    /** Takes an entry that waits. They come in their order. */
    void take(EntryRow row) {
        if (row.state() == EntryState.AMENDMENT) {
            AmendedMessage.idOf(row)
                    .map(id -> new Message(row.entry().stream(), id))
                    .ifPresent(message -> amendments.computeIfPresent(message, (of, former) -> with(former, row)));
        }
    }

    private List<EntryRow> with(List<EntryRow> former, EntryRow row) {
        any = true;
        List<EntryRow> all = new ArrayList<>(former);
        all.add(row);
        return AmendedMessage.of(all).deciding();
    }

    /** An entry that was read in its latest state. */
    LatestEntry latest(LatestEntry read) {
        List<EntryRow> further = of(read.entry());
        return further.isEmpty() ? read : AmendedMessage.latest(read, further);
    }

    private StreamEntry appended(StreamEntry read) {
        List<EntryRow> further = of(read);
        return further.isEmpty() ? read : AmendedMessage.appended(read, further);
    }

    private List<EntryRow> of(StreamEntry entry) {
        return any
                ? Message.of(entry)
                        .map(of -> amendments.getOrDefault(of, List.of()))
                        .orElse(List.of())
                : List.of();
    }

    /** A part of a stream. An edit may be longer than what it replaces, so the part may end earlier. */
    LatestSlice latest(LatestSlice read, Bounds bounds) {
        if (!any) {
            return read;
        }
        BoundedPart<LatestEntry> part = new BoundedPart<>(bounds, LatestEntry::length);
        for (int i = read.entries().size() - 1; i >= 0 && !part.isCut(); i--) {
            part.add(latest(read.entries().get(i)));
        }
        return new LatestSlice(read.head(), part.reversed(), read.more() || part.isCut(), read.hidden());
    }

    /** The entries of a part of a stream, as they were appended. */
    Slice appended(Slice read, Bounds bounds) {
        if (!any) {
            return read;
        }
        BoundedPart<StreamEntry> part = new BoundedPart<StreamEntry>(bounds, EntryFrame::length)
                .addAll(read.entries().stream().map(this::appended));
        return new Slice(read.head(), read.exact(), part.items(), read.more() || part.isCut(), read.laneSeq());
    }

    /** A part of a conversation. */
    DirectConversation.Part conversation(DirectConversation.Part read, Order order, Bounds bounds) {
        if (!any) {
            return read;
        }
        Stream<LatestEntry> entries = read.entries().stream().map(this::latest);
        BoundedPart<LatestEntry> part = new BoundedPart<LatestEntry>(bounds, LatestEntry::length)
                .addAll(order == Order.BEFORE ? entries : entries.map(WaitingAmendments::alone));
        return new DirectConversation.Part(read.head(), part.items(), read.cut() || part.isCut(), read.gap());
    }

    private static LatestEntry alone(LatestEntry entry) {
        return new LatestEntry(entry.entry(), entry.state(), Optional.empty());
    }
}
