package dev.portcullis.archive;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore.Disowned;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.RemovedFile;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.holds.HeldMessage;
import dev.portcullis.streams.holds.HeldPlace;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.HoldReader;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.holds.PlacedHold;
import dev.portcullis.streams.record.AuthorChange;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The simplest archive: it looks at all rows of a stream for each question. Tests compare other archives with it. */
final class MemoryArchive implements ArchiveStore {
    private final Map<StreamName, Archived> streams = new HashMap<>();
    private final RecentErasures erasures = new RecentErasures();
    private final Map<String, NavigableMap<HeldPlace, HeldMessage>> held = new HashMap<>();
    private String applied = "";

    /** A stream. */
    private static final class Archived {
        private Position head = NOTHING;
        private final NavigableMap<Long, EntryRow> rows = new TreeMap<>();
        private StreamRetention retention = StreamRetention.NONE;

        private final List<EntryRow> ended = new ArrayList<>();
        private final Set<RemovedFile> files = new LinkedHashSet<>();
        private long hidden;

        void hide(long upTo) {
            hidden = Math.max(hidden, Math.min(upTo, head.seq()));
        }

        void expire(long now) {
            List<EntryRow> beyond = rows.values().stream()
                    .filter(row -> seq(row) <= hidden || retention.kept().ends(seq(row), row.stored(), head.seq(), now))
                    .toList();
            beyond.forEach(row -> rows.remove(seq(row)));
            ended.addAll(beyond);
            files.addAll(NamedFiles.swept(beyond));
        }

        /** The entries that have ended since it was asked last. */
        List<EntryRow> takeEnded() {
            List<EntryRow> all = List.copyOf(ended);
            ended.clear();
            return all;
        }

        void add(ArchivePart part) {
            if (part.shared() < head.seq()) {
                rows.tailMap(part.shared(), false).clear();
            }
            part.rows().forEach(row -> rows.put(seq(row), row));
            head = part.to();
            ids().forEach(this::settle);
            boolean changes = !part.retention().equals(retention);
            retention = part.retention();
            hide(part.hidden());
            long newest = part.rows().get(part.rows().size() - 1).stored();
            expire(changes ? newest : Long.MIN_VALUE / 2);
        }

        /** Puts the body of the deletion in place of all texts of a deleted message. */
        private void settle(String id) {
            Optional<EntryRow> message = message(id);
            message.filter(row -> row.state() == EntryState.DELETED)
                    .or(() -> amendments(id)
                            .filter(row ->
                                    DeliveredMessage.isDeletion(row.entry().body()))
                            .reduce((before, newer) -> newer))
                    .ifPresent(deletion -> {
                        byte[] body = deletion.entry().body();
                        message.ifPresent(row -> {
                            EntryRow after = row.amended(EntryState.DELETED, row.amendedBy())
                                    .saying(body);
                            files.addAll(NamedFiles.replaced(row, after));
                            rows.put(seq(row), after);
                        });
                        amendments(id)
                                .filter(row ->
                                        !DeliveredMessage.isDeletion(row.entry().body()))
                                .toList()
                                .forEach(row -> rows.put(seq(row), row.saying(body)));
                    });
        }

        private Set<String> ids() {
            Set<String> ids = new HashSet<>();
            rows.values().forEach(row -> row.message().ifPresent(of -> ids.add(of.id())));
            return ids;
        }

        Optional<EntryRow> message(String id) {
            return rows.values().stream().filter(row -> row.isMessage(id)).findFirst();
        }

        Stream<EntryRow> amendments(String id) {
            return rows.values().stream()
                    .filter(row -> row.state() == EntryState.AMENDMENT)
                    .filter(row -> row.message().orElseThrow().id().equals(id));
        }

        /** The row with the state that its newest amendment gives it. */
        EntryRow current(EntryRow row) {
            if (!row.state().isMessage()) {
                return row;
            }
            long by = newest(row).map(MemoryArchive::seq).orElse(0L);
            EntryState state = by > 0 ? EntryState.EDITED : EntryState.MESSAGE;
            return row.amended(row.state() == EntryState.DELETED ? EntryState.DELETED : state, by);
        }

        LatestEntry latest(EntryRow row) {
            return current(row).latest(newest(row).map(EntryRow::entry));
        }

        private Optional<EntryRow> newest(EntryRow row) {
            return row.state().isMessage()
                    ? amendments(row.message().orElseThrow().id()).reduce((before, newer) -> newer)
                    : Optional.empty();
        }

        boolean lacksOneOf(long first, long last) {
            return LongStream.rangeClosed(first, last).anyMatch(seq -> !rows.containsKey(seq));
        }
    }

    @Override
    public Future<List<Position>> positions(List<StreamName> of) {
        return Future.succeededFuture(
                of.stream().map(name -> archived(name).head).toList());
    }

    @Override
    public Future<Set<StreamName>> add(List<ArchivePart> parts) {
        Set<StreamName> leftOut = new HashSet<>();
        for (ArchivePart part : erasures.applied(parts)) {
            if (archived(part.stream()).head.equals(part.from())) {
                archived(part.stream()).add(part);
            } else {
                leftOut.add(part.stream());
            }
        }
        return Future.succeededFuture(leftOut);
    }

    @Override
    public Future<Disowned> erase(Erasure erasure, long notAfter) {
        erasures.add(new RecentErasures.Recent(erasure, notAfter));
        AuthorChange change = new AuthorChange(erasure);
        int count = 0;
        Set<StreamName> changed = new HashSet<>();
        for (Map.Entry<StreamName, Archived> stream : streams.entrySet()) {
            for (EntryRow row : List.copyOf(stream.getValue().rows.values())) {
                Optional<EntryRow> after = change.apply(row);
                if (after.isPresent()) {
                    stream.getValue().rows.put(seq(row), after.get());
                    changed.add(stream.getKey());
                    count++;
                }
            }
        }
        return Future.succeededFuture(new Disowned(count, changed));
    }

    @Override
    public Future<Long> clear(StreamName inbox, Position head, HoldReader holds) {
        return holds.read().map(inForce -> {
            Archived stream = archived(inbox);
            long count = stream.rows.size();
            putAll(inForce.copies(stream.rows.values()));
            stream.rows.clear();
            stream.head = head.seq() > 0 ? head : stream.head;
            return count;
        });
    }

    @Override
    public Future<LatestSlice> latest(StreamName name, long before, Bounds bounds) {
        Archived stream = archived(name);
        BoundedPart<LatestEntry> part = new BoundedPart<>(bounds, LatestEntry::length);
        long last = 0;
        for (EntryRow row : stream.rows.descendingMap().values()) {
            if (seq(row) >= before) {
                continue;
            }
            if (last > 0 && seq(row) != last - 1) {
                part.markCut();
            }
            if (part.isCut() || !part.add(stream.latest(row))) {
                break;
            }
            last = seq(row);
        }
        return Future.succeededFuture(new LatestSlice(stream.head, part.reversed(), part.isCut()));
    }

    @Override
    public Future<Slice> after(StreamName name, long after, Bounds bounds) {
        Archived stream = archived(name);
        BoundedPart<StreamEntry> part = new BoundedPart<>(bounds, EntryFrame::length);
        long last = 0;
        for (EntryRow row : stream.rows.values()) {
            if (seq(row) > after) {
                if (last > 0 && seq(row) != last + 1) {
                    part.markCut();
                }
                if (part.isCut() || !part.add(row.entry())) {
                    break;
                }
                last = seq(row);
            }
        }
        return Future.succeededFuture(Slice.after(after, stream.head, part.items(), part.isCut(), 0));
    }

    @Override
    public Future<DirectConversation.Part> conversation(DirectConversation.Read read, Bounds bounds) {
        Archived stream = archived(read.of().inbox());
        BoundedPart<LatestEntry> part = new BoundedPart<>(bounds, LatestEntry::length);
        boolean after = read.order() == Order.AFTER;
        NavigableMap<Long, EntryRow> entries = after ? stream.rows : stream.rows.descendingMap();
        boolean trimmed = false;
        for (EntryRow row : entries.values()) {
            if (after ? seq(row) <= read.seq() : seq(row) >= read.seq()) {
                continue;
            }
            if (row.isGap()) {
                trimmed |= after && row.isOf(read.of().other()) && !part.isCut();
            } else if (read.of().contains(row.entry()) && (after || row.state() != EntryState.AMENDMENT)) {
                if (!part.add(after ? row.latest(Optional.empty()) : stream.latest(row))) {
                    break;
                }
            }
        }
        long first = Math.max(0, read.seq()) + 1;
        long last = part.isCut() ? lastOf(part).orElse(first - 1) : stream.head.seq();
        return Future.succeededFuture(new DirectConversation.Part(
                stream.head,
                part.items(),
                part.isCut(),
                trimmed || (after && read.seq() < stream.head.seq() && stream.lacksOneOf(first, last))));
    }

    @Override
    public Future<Optional<StoredMessage>> find(StreamName name, String messageId) {
        Archived stream = archived(name);
        return Future.succeededFuture(stream.message(messageId)
                .map(row -> stream.current(row)
                        .asMessage((int) stream.amendments(messageId).count(), Optional.empty())));
    }

    @Override
    public Optional<MessageIndex> index() {
        return Optional.of(new MemoryIndex(this));
    }

    /** The latest state of all entries. */
    List<LatestEntry> all() {
        return streams.values().stream()
                .flatMap(stream -> stream.rows.values().stream().map(stream::latest))
                .toList();
    }

    /** What is beyond the retention is gone at once. */
    @Override
    public Future<Void> retain(StreamName name, StreamRetention retention, long hidden, long now) {
        if (streams.containsKey(name)) {
            archived(name).retention = retention;
            archived(name).hide(hidden);
            archived(name).expire(now);
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Long> expire(long now, HoldReader holds) {
        return holds.read().map(inForce -> {
            long count = 0;
            for (Archived each : streams.values()) {
                each.expire(now);
                List<EntryRow> ended = each.takeEnded();
                putAll(inForce.copies(ended));
                count += ended.size();
            }
            return count;
        });
    }

    @Override
    public Future<List<EntryRow>> rows(StreamName name, String messageId) {
        return Future.succeededFuture(archived(name).rows.values().stream()
                .filter(row ->
                        AmendedMessage.idOf(row).filter(messageId::equals).isPresent())
                .toList());
    }

    @Override
    public Future<Void> keep(List<HeldMessage> copies) {
        putAll(copies);
        return Future.succeededFuture();
    }

    private void putAll(List<HeldMessage> copies) {
        copies.forEach(copy -> held(copy.hold()).putIfAbsent(copy.place(), copy));
    }

    private static String name(PlacedHold hold) {
        return hold.hold().key() + ' ' + hold.since();
    }

    private NavigableMap<HeldPlace, HeldMessage> held(PlacedHold hold) {
        return held.computeIfAbsent(name(hold), any -> new TreeMap<>());
    }

    @Override
    public Future<List<HeldMessage>> held(PlacedHold hold, Optional<HeldPlace> after, Bounds bounds) {
        NavigableMap<HeldPlace, HeldMessage> left =
                after.map(place -> held(hold).tailMap(place, false)).orElse(held(hold));
        return Future.succeededFuture(
                new BoundedPart<HeldMessage>(bounds, copy -> copy.row().length())
                        .addAll(left.values().stream())
                        .items());
    }

    @Override
    public Future<Long> release(PlacedHold hold) {
        return Future.succeededFuture(Optional.ofNullable(held.remove(name(hold)))
                .map(copies -> (long) copies.size())
                .orElse(0L));
    }

    @Override
    public Future<Long> heldBytes() {
        return Future.succeededFuture(held.values().stream()
                .flatMap(copies -> copies.values().stream())
                .mapToLong(copy -> copy.row().length())
                .sum());
    }

    @Override
    public Future<Set<Hold>> holding(UserId author, Holds holds) {
        return Future.succeededFuture(holds.all().stream()
                .filter(each -> each.hold().equals(new Hold.OfUser(author))
                        || isIn(archived(each.hold().stream()).rows.values().stream(), author)
                        || isIn(held(each).values().stream().map(HeldMessage::row), author))
                .map(PlacedHold::hold)
                .collect(Collectors.toSet()));
    }

    private static boolean isIn(Stream<EntryRow> rows, UserId author) {
        return rows.anyMatch(row -> row.isOf(author));
    }

    @Override
    public Future<Map<StreamName, StreamRetention>> retained(Optional<StreamName> after, int most) {
        Map<StreamName, StreamRetention> all = new LinkedHashMap<>();
        streams.entrySet().stream()
                .filter(each -> after.filter(
                                name -> name.value().compareTo(each.getKey().value()) >= 0)
                        .isEmpty())
                .sorted(Comparator.comparing(each -> each.getKey().value()))
                .limit(most)
                .forEach(each -> all.put(each.getKey(), each.getValue().retention));
        return Future.succeededFuture(all);
    }

    @Override
    public Future<String> applied() {
        return Future.succeededFuture(applied);
    }

    @Override
    public Future<Void> applied(String configuration) {
        applied = configuration;
        return Future.succeededFuture();
    }

    @Override
    public Future<List<RemovedFile>> removedFiles(int most) {
        return Future.succeededFuture(streams.values().stream()
                .flatMap(stream -> stream.files.stream())
                .limit(most)
                .toList());
    }

    @Override
    public Future<Void> filesTaken(List<RemovedFile> files) {
        streams.values().forEach(stream -> stream.files.removeAll(Set.copyOf(files)));
        return Future.succeededFuture();
    }

    private Archived archived(StreamName stream) {
        return streams.computeIfAbsent(stream, any -> new Archived());
    }

    private static Optional<Long> lastOf(BoundedPart<LatestEntry> part) {
        return part.items().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        part.items().get(part.count() - 1).entry().position().seq());
    }

    private static long seq(EntryRow row) {
        return row.entry().position().seq();
    }
}
