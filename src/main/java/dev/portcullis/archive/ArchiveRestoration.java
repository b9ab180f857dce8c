package dev.portcullis.archive;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds out that the archive was restored to an earlier state, and then visits all streams once: those in which nothing is said
 * any more do not wait for the archive, though it lacks what their windows have. It is told by the stream that was fed last.
 * Where that is in the archive as far as it was fed, nothing was restored, and a round asks for one position, which also tells
 * that the archive answers. There is one for each node; it is used on its own context only.
 */
final class ArchiveRestoration {
    /** The lane of the rows here. The node that feeds it visits the streams of all lanes. */
    static final int LANE = 0;

    /** The position that any node fed last, and its stream. Another node, or one that starts, knows by it what the archive had. */
    private static final RowKey FED = RowKey.of("uf", "fed");

    /** Is there from the moment in which a node has found it out until all streams were visited, whichever node dies meanwhile. */
    static final RowKey RESTORED = RowKey.of("uf", "restored");

    private static final char SEPARATOR = ' ';
    private static final Fed NOTHING = new Fed(StreamName.notifications(), ArchiveStore.NOTHING);

    private final ArchiveStore archive;
    private final RowStore rows;
    private final Function<Optional<StreamName>, Future<List<StreamName>>> streams;
    private Optional<Fed> fed = Optional.empty();
    private String last = "";
    private boolean noted = true;
    private boolean running;

    private record Fed(StreamName stream, Position upTo) {
        String encode() {
            return upTo.epoch() + SEPARATOR + upTo.seq() + SEPARATOR + stream.value();
        }

        static Fed decode(String row) {
            String[] parts = row.split(String.valueOf(SEPARATOR), 3);
            return new Fed(new StreamName(parts[2]), new Position(parts[0], Long.parseLong(parts[1])));
        }
    }

    /** @param streams some of the streams that have entries, behind one of them; none at the end */
    ArchiveRestoration(
            ArchiveStore archive, RowStore rows, Function<Optional<StreamName>, Future<List<StreamName>>> streams) {
        this.archive = archive;
        this.rows = rows;
        this.streams = streams;
    }

    /**
     * Asks the archive for what it got last from this node, and from all. The node that fed last may have died with the archive's
     * server. A failed future means that the archive is away. What the store fails at is done later.
     */
    Future<Void> look() {
        return rows.read(LANE, ReadSet.of(FED))
                .onSuccess(found -> last = found.get(FED).orElse(""))
                .map(found -> found.get(FED).map(Fed::decode))
                .otherwise(Optional.empty())
                .compose(shared -> {
                    List<Fed> known = Stream.of(fed, shared)
                            .flatMap(Optional::stream)
                            .distinct()
                            .toList();
                    return has(known.isEmpty() ? List.of(NOTHING) : known);
                })
                .compose(whole -> whole ? Future.succeededFuture() : found().otherwiseEmpty());
    }

    /** What the archive got last from any node, as it was noted at the last look: another text once it got more. */
    String last() {
        return last;
    }

    private Future<Boolean> has(List<Fed> all) {
        return archive.positions(all.stream().map(Fed::stream).toList())
                .map(positions -> IntStream.range(0, all.size())
                        .allMatch(
                                i -> positions.get(i).seq() >= all.get(i).upTo().seq()));
    }

    /** Notes that the archive lacks what it had. */
    Future<Void> found() {
        return rows.change(
                        LANE,
                        ReadSet.of(RESTORED),
                        read -> RowStep.done(
                                true,
                                WriteSet.of(RESTORED, read.get(RESTORED).orElse(Long.toString(read.now())))
                                        .remove(FED)))
                .onSuccess(any -> fed = Optional.of(NOTHING))
                .mapEmpty();
    }

    /** Is told what the archive has got. */
    void fed(StreamName stream, Position upTo) {
        fed = Optional.of(new Fed(stream, upTo));
        noted = false;
    }

    /** Notes what the archive has got, after a round that gave it something. */
    Future<Void> note() {
        if (noted) {
            return Future.succeededFuture();
        }
        noted = true;
        return rows.write(LANE, WriteSet.of(FED, fed.orElse(NOTHING).encode()));
    }

    /**
     * Visits all streams, in the background of the rounds. What fails is done again from the beginning by a later run. Does nothing
     * while another run does.
     *
     * @param visitor is given some streams at a time
     */
    void run(Function<List<StreamName>, Future<Void>> visitor) {
        if (running) {
            return;
        }
        running = true;
        Promise<Void> all = Promise.promise();
        visit(Optional.empty(), visitor, all);
        all.future()
                .compose(any -> rows.write(LANE, WriteSet.NONE.remove(RESTORED)))
                .onComplete(any -> running = false);
    }

    /** Goes from page to page. A chain of as many composed futures would end in a stack overflow. */
    private void visit(
            Optional<StreamName> after, Function<List<StreamName>, Future<Void>> visitor, Promise<Void> all) {
        streams.apply(after)
                .compose(page -> visitor.apply(page).map(page))
                .onFailure(all::fail)
                .onSuccess(page -> {
                    if (page.isEmpty()) {
                        all.complete();
                    } else {
                        visit(Optional.of(page.get(page.size() - 1)), visitor, all);
                    }
                });
    }
}
