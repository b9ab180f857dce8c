package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Checks another store: no position ever has two contents, and no read has a gap. */
public final class StreamInvariants extends ForwardingStreams {
    private static final Bounds ALL = new Bounds(1_000_000, Integer.MAX_VALUE);

    private final Map<String, String> contents = new ConcurrentHashMap<>();
    private final Map<StreamName, Position> heads = new ConcurrentHashMap<>();
    private final Set<String> deletions = ConcurrentHashMap.newKeySet();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicReference<StreamStore> watched;

    public StreamInvariants(StreamStore watched) {
        this(new AtomicReference<>(watched));
    }

    private StreamInvariants(AtomicReference<StreamStore> watched) {
        super(watched::get);
        this.watched = watched;
    }

    /** Checks another opening of the same streams too, against what earlier ones returned. */
    public void watch(StreamStore next) {
        watched.set(next);
    }

    public void check() {
        assertThat(violations).isEmpty();
        for (StreamName stream : heads.keySet()) {
            Slice all = await(after(stream, 0, ALL));
            if (!all.entries().isEmpty()) {
                assertThat(all.entries()
                                .get(all.entries().size() - 1)
                                .position()
                                .seq())
                        .as("newest entry of %s is at its head", stream)
                        .isEqualTo(all.head().seq());
            }
        }
        assertThat(violations).isEmpty();
    }

    @Override
    public Future<AppendResult> append(AppendRequest append) {
        if (append.deletes()) {
            deletions.add(new String(append.body(), StandardCharsets.UTF_8));
        }
        return super.append(append).onSuccess(outcome -> {
            if (outcome instanceof AppendResult.Stored stored) {
                wrote(stored.entry());
            }
        });
    }

    @Override
    public Future<PairedResult> append(PairedAppend append) {
        return super.append(append)
                .onSuccess(outcome -> outcome.fold(
                                complete -> complete.stored(), sent -> sent.stored(), refused -> List.<StreamEntry>of())
                        .forEach(this::wrote));
    }

    @Override
    public Future<LatestSlice> latest(StreamName stream, long before, Bounds bounds) {
        return super.latest(stream, before, bounds).onSuccess(slice -> {
            saw(slice.entries().stream().map(LatestSlice.LatestEntry::entry).toList(), slice.head());
            slice.entries().forEach(each -> each.amendment().ifPresent(this::saw));
        });
    }

    @Override
    public Future<Slice> resume(StreamName stream, Optional<Position> since, Bounds bounds) {
        return super.resume(stream, since, bounds).onSuccess(this::saw);
    }

    @Override
    public Future<Slice> after(StreamName stream, long after, Bounds bounds) {
        return super.after(stream, after, bounds).onSuccess(this::saw);
    }

    @Override
    public Future<Slice> before(StreamName stream, long before, Bounds bounds) {
        return super.before(stream, before, bounds).onSuccess(this::saw);
    }

    private void wrote(StreamEntry entry) {
        saw(entry);
        heads.put(entry.stream(), entry.position());
    }

    private void saw(Slice slice) {
        saw(slice.entries(), slice.head());
    }

    private void saw(List<StreamEntry> entries, Position head) {
        for (int i = 0; i < entries.size(); i++) {
            saw(entries.get(i));
            long expected = entries.get(0).position().seq() + i;
            if (entries.get(i).position().seq() != expected) {
                violations.add("gap at " + expected + " of " + entries.get(i).stream());
            }
            if (entries.get(i).position().seq() > head.seq()) {
                violations.add("an entry above the head of " + entries.get(i).stream());
            }
        }
    }

    private void saw(StreamEntry entry) {
        String position = entry.stream().value() + " " + entry.position();
        String content = new String(entry.body(), StandardCharsets.UTF_8);
        String other = contents.merge(position, content, (first, then) -> deletions.contains(then) ? then : first);
        if (!other.equals(content)) {
            violations.add("two contents at " + position + ": " + other + " and " + content);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException late) {
            throw new AssertionError(late);
        }
    }
}
