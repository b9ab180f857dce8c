package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.List;
import java.util.Optional;

/** Plants false deliveries. Each method returns false if the history has no place for its fault. */
final class DeliveryCorruptions {
    private DeliveryCorruptions() {}

    static boolean drop(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.deliveryAt(i)
                .filter(entry -> copy.isSeenElsewhere(i, entry))
                .filter(entry -> copy.next(i, entry.room())
                        .map(next -> copy.deliveryAt(next).isPresent())
                        .orElse(true))
                .isPresent());
        index.ifPresent(copy::remove);
        return index.isPresent();
    }

    static boolean duplicate(CorruptedHistory copy) {
        Optional<Integer> index = copy.anyChat();
        index.ifPresent(i -> copy.insertAfter(i, copy.at(i).event()));
        return index.isPresent();
    }

    static boolean swap(CorruptedHistory copy) {
        Optional<Integer> index = copy.anyConsecutive();
        index.ifPresent(i -> {
            int next = copy.nextDelivery(i).orElseThrow();
            ClientEvent first = copy.at(i).event();
            copy.set(i, copy.at(next).event());
            copy.set(next, first);
        });
        return index.isPresent();
    }

    static boolean reorder(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.nextDelivery(i)
                .filter(next -> copy.isSeenElsewhere(next, copy.entryAt(next)))
                .isPresent());
        index.ifPresent(i -> {
            int next = copy.nextDelivery(i).orElseThrow();
            Entry one = copy.entryAt(i);
            Entry other = copy.entryAt(next);
            copy.set(i, new ClientEvent.Delivered(CorruptedHistory.withPosition(other, one.at())));
            copy.set(next, new ClientEvent.Delivered(CorruptedHistory.withPosition(one, other.at())));
        });
        return index.isPresent();
    }

    static boolean changeBody(CorruptedHistory copy) {
        Optional<Integer> index = copy.anyChat();
        index.ifPresent(i -> {
            Entry entry = copy.entryAt(i);
            copy.set(
                    i,
                    new ClientEvent.Delivered(CorruptedHistory.withContent(entry, entry.author(), "something else")));
        });
        return index.isPresent();
    }

    static boolean changeAuthor(CorruptedHistory copy) {
        Optional<Integer> index = copy.anyChat();
        index.ifPresent(i -> {
            Entry entry = copy.entryAt(i);
            copy.set(i, new ClientEvent.Delivered(CorruptedHistory.withContent(entry, "mallory", entry.body())));
        });
        return index.isPresent();
    }

    static boolean removeSource(CorruptedHistory copy) {
        Optional<Integer> index = copy.anyChat();
        index.ifPresent(i -> copy.removePublication(copy.entryAt(i)));
        return index.isPresent();
    }

    static boolean deliverToNonMember(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.at(i).event() instanceof ClientEvent.Left left
                && copy.entry(left.room(), 1).isPresent());
        index.ifPresent(i -> copy.insertAfter(
                i,
                new ClientEvent.Delivered(
                        copy.entry(((ClientEvent.Left) copy.at(i).event()).room(), 1)
                                .orElseThrow())));
        return index.isPresent();
    }

    static boolean deliverToRemoved(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.deliveryAt(i)
                .filter(entry -> entry.kind().equals(Entry.REMOVAL))
                .filter(entry -> entry.body().equals(copy.at(i).user()))
                .flatMap(entry -> copy.entry(entry.room(), entry.seq() + 1))
                .isPresent());
        index.ifPresent(i -> {
            Entry removal = copy.entryAt(i);
            copy.insertAfter(
                    i,
                    new ClientEvent.Delivered(
                            copy.entry(removal.room(), removal.seq() + 1).orElseThrow()));
        });
        return index.isPresent();
    }

    static boolean gapInResume(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.at(i).event() instanceof ClientEvent.Joined joined
                && joined.entries().size() > (joined.more() ? 1 : 0));
        index.ifPresent(i -> {
            ClientEvent.Joined joined = (ClientEvent.Joined) copy.at(i).event();
            copy.set(i, CorruptedHistory.withEntries(joined, true, withoutFirst(joined.entries())));
        });
        return index.isPresent();
    }

    static boolean gapInHistory(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.at(i).event() instanceof ClientEvent.HistoryRead historyRead
                && historyRead.entries().size() > 1);
        index.ifPresent(i -> {
            ClientEvent.HistoryRead historyRead =
                    (ClientEvent.HistoryRead) copy.at(i).event();
            copy.set(
                    i,
                    new ClientEvent.HistoryRead(
                            historyRead.room(),
                            historyRead.after(),
                            historyRead.more(),
                            withoutFirst(historyRead.entries())));
        });
        return index.isPresent();
    }

    static boolean hideLoss(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.at(i).event() instanceof ClientEvent.Joined joined
                && !joined.recovered()
                && joined.since()
                        .filter(since -> since.seq() < joined.head().seq())
                        .isPresent());
        index.ifPresent(i -> copy.set(
                i, CorruptedHistory.withEntries((ClientEvent.Joined) copy.at(i).event(), true, List.of())));
        return index.isPresent();
    }

    /** A client whose position the store lost resumes as if nothing was lost. */
    static boolean resumeOverLoss(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.at(i).event() instanceof ClientEvent.Joined joined
                && !joined.recovered()
                && joined.since()
                        .filter(since -> isForgotten(
                                copy, joined.room(), since, joined.head().epoch()))
                        .filter(since -> copy.entriesBetween(joined.room(), since.seq(), joined.head())
                                .isPresent())
                        .isPresent());
        index.ifPresent(i -> {
            ClientEvent.Joined joined = (ClientEvent.Joined) copy.at(i).event();
            long since = joined.since().orElseThrow().seq();
            copy.set(
                    i,
                    CorruptedHistory.withEntries(
                            joined,
                            true,
                            copy.entriesBetween(joined.room(), since, joined.head())
                                    .orElseThrow()));
        });
        return index.isPresent();
    }

    /** A client whose position the store lost is not told. */
    static boolean silentLoss(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.deliveryAt(i)
                .flatMap(entry -> copy.next(i, entry.room())
                        .filter(next -> copy.at(next).event() instanceof ClientEvent.Joined joined
                                && !joined.requested()
                                && isForgotten(
                                        copy,
                                        entry.room(),
                                        entry.at(),
                                        joined.head().epoch()))
                        .filter(next -> copy.next(next, entry.room())
                                .map(then -> copy.deliveryAt(then).isPresent())
                                .orElse(true)))
                .isPresent());
        index.flatMap(i -> copy.next(i, copy.entryAt(i).room())).ifPresent(copy::remove);
        return index.isPresent();
    }

    private static boolean isForgotten(CorruptedHistory copy, String room, Position position, String epoch) {
        return copy.entry(room, position)
                .flatMap(old ->
                        copy.entry(room, new Position(epoch, position.seq())).filter(now -> !now.isSameMessageAs(old)))
                .isPresent();
    }

    private static List<Entry> withoutFirst(List<Entry> entries) {
        return entries.subList(1, entries.size());
    }
}
