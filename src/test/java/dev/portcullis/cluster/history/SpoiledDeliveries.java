package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.List;
import java.util.Optional;

/** Clients that are told what is not so. Each returns whether it found a place to do that. */
final class SpoiledDeliveries {
    private SpoiledDeliveries() {}

    static boolean drop(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.heardAt(i)
                .filter(entry -> draft.isSeenBeside(i, entry))
                .filter(entry -> draft.next(i, entry.room())
                        .map(next -> draft.heardAt(next).isPresent())
                        .orElse(true))
                .isPresent());
        place.ifPresent(draft::remove);
        return place.isPresent();
    }

    static boolean duplicate(Draft draft) {
        Optional<Integer> place = draft.anyChat();
        place.ifPresent(i -> draft.insertAfter(i, draft.at(i).event()));
        return place.isPresent();
    }

    static boolean swap(Draft draft) {
        Optional<Integer> place = draft.anyNeighbours();
        place.ifPresent(i -> {
            int next = draft.neighbourOf(i).orElseThrow();
            ClientEvent first = draft.at(i).event();
            draft.set(i, draft.at(next).event());
            draft.set(next, first);
        });
        return place.isPresent();
    }

    static boolean reorder(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.neighbourOf(i)
                .filter(next -> draft.isSeenBeside(next, draft.entryAt(next)))
                .isPresent());
        place.ifPresent(i -> {
            int next = draft.neighbourOf(i).orElseThrow();
            Entry one = draft.entryAt(i);
            Entry other = draft.entryAt(next);
            draft.set(i, new ClientEvent.Heard(Draft.placed(other, one.at())));
            draft.set(next, new ClientEvent.Heard(Draft.placed(one, other.at())));
        });
        return place.isPresent();
    }

    static boolean misquote(Draft draft) {
        Optional<Integer> place = draft.anyChat();
        place.ifPresent(i -> {
            Entry entry = draft.entryAt(i);
            draft.set(i, new ClientEvent.Heard(Draft.saying(entry, entry.author(), "something else")));
        });
        return place.isPresent();
    }

    static boolean misattribute(Draft draft) {
        Optional<Integer> place = draft.anyChat();
        place.ifPresent(i -> {
            Entry entry = draft.entryAt(i);
            draft.set(i, new ClientEvent.Heard(Draft.saying(entry, "mallory", entry.body())));
        });
        return place.isPresent();
    }

    static boolean invent(Draft draft) {
        Optional<Integer> place = draft.anyChat();
        place.ifPresent(i -> draft.unsend(draft.entryAt(i)));
        return place.isPresent();
    }

    static boolean tellStranger(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.at(i).event() instanceof ClientEvent.Left left
                && draft.entry(left.room(), 1).isPresent());
        place.ifPresent(i -> draft.insertAfter(
                i,
                new ClientEvent.Heard(
                        draft.entry(((ClientEvent.Left) draft.at(i).event()).room(), 1)
                                .orElseThrow())));
        return place.isPresent();
    }

    static boolean tellRemoved(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.heardAt(i)
                .filter(entry -> entry.kind().equals(Entry.REMOVAL))
                .filter(entry -> entry.body().equals(draft.at(i).user()))
                .flatMap(entry -> draft.entry(entry.room(), entry.seq() + 1))
                .isPresent());
        place.ifPresent(i -> {
            Entry removal = draft.entryAt(i);
            draft.insertAfter(
                    i,
                    new ClientEvent.Heard(
                            draft.entry(removal.room(), removal.seq() + 1).orElseThrow()));
        });
        return place.isPresent();
    }

    static boolean holeInResume(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.at(i).event() instanceof ClientEvent.Joined joined
                && joined.entries().size() > (joined.more() ? 1 : 0));
        place.ifPresent(i -> {
            ClientEvent.Joined joined = (ClientEvent.Joined) draft.at(i).event();
            draft.set(i, Draft.with(joined, true, withoutFirst(joined.entries())));
        });
        return place.isPresent();
    }

    static boolean holeInHistory(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.at(i).event() instanceof ClientEvent.Read read
                && read.entries().size() > 1);
        place.ifPresent(i -> {
            ClientEvent.Read read = (ClientEvent.Read) draft.at(i).event();
            draft.set(i, new ClientEvent.Read(read.room(), read.after(), read.more(), withoutFirst(read.entries())));
        });
        return place.isPresent();
    }

    static boolean hideLoss(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.at(i).event() instanceof ClientEvent.Joined joined
                && !joined.recovered()
                && joined.since()
                        .filter(since -> since.seq() < joined.head().seq())
                        .isPresent());
        place.ifPresent(i ->
                draft.set(i, Draft.with((ClientEvent.Joined) draft.at(i).event(), true, List.of())));
        return place.isPresent();
    }

    /** The store forgot where it stood, and it goes on from there all the same. */
    static boolean resumeOverLoss(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.at(i).event() instanceof ClientEvent.Joined joined
                && !joined.recovered()
                && joined.since()
                        .filter(since -> isForgotten(
                                draft, joined.room(), since, joined.head().epoch()))
                        .filter(since -> draft.stretch(joined.room(), since.seq(), joined.head())
                                .isPresent())
                        .isPresent());
        place.ifPresent(i -> {
            ClientEvent.Joined joined = (ClientEvent.Joined) draft.at(i).event();
            long since = joined.since().orElseThrow().seq();
            draft.set(
                    i,
                    Draft.with(
                            joined,
                            true,
                            draft.stretch(joined.room(), since, joined.head()).orElseThrow()));
        });
        return place.isPresent();
    }

    /** The store forgot where it stood, and it is not told. */
    static boolean silentLoss(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.heardAt(i)
                .flatMap(entry -> draft.next(i, entry.room())
                        .filter(next -> draft.at(next).event() instanceof ClientEvent.Joined joined
                                && !joined.asked()
                                && isForgotten(
                                        draft,
                                        entry.room(),
                                        entry.at(),
                                        joined.head().epoch()))
                        .filter(next -> draft.next(next, entry.room())
                                .map(then -> draft.heardAt(then).isPresent())
                                .orElse(true)))
                .isPresent());
        place.flatMap(i -> draft.next(i, draft.entryAt(i).room())).ifPresent(draft::remove);
        return place.isPresent();
    }

    private static boolean isForgotten(Draft draft, String room, Position place, String epoch) {
        return draft.entry(room, place)
                .flatMap(old ->
                        draft.entry(room, new Position(epoch, place.seq())).filter(now -> !now.isSameMessageAs(old)))
                .isPresent();
    }

    private static List<Entry> withoutFirst(List<Entry> entries) {
        return entries.subList(1, entries.size());
    }
}
