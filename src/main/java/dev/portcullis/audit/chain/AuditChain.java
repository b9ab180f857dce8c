package dev.portcullis.audit.chain;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName.Priority;
import dev.portcullis.audit.chain.ChainStart.ChainDamage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chain of this node: takes events on all threads without waiting, and writes them on a thread of its own. Before
 * {@link #start} events wait.
 */
public final class AuditChain implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditChain.class);
    private static final int BATCH = 512;
    private static final long WAIT_MS = 1_000;
    private static final long GATHER_MS = 5;
    private static final long RETRY_MS = 500;
    private static final long CLOSE_SECONDS = 10;

    private final ChainFolder folder;
    private final ChainWriter writer;
    private final ChainStart opening;
    private final ChainReader reader;
    private final EventQueue queue;
    private final LongSupplier clock;
    private volatile boolean closing;
    private volatile boolean failing;
    private volatile long lines;
    private Consumer<ChainHead> heads = head -> {};
    private LongSupplier recordedLine = () -> 0;
    private volatile @Nullable Thread thread;

    private AuditChain(
            ChainFolder folder,
            ChainWriter writer,
            ChainStart opening,
            String chain,
            EventQueue queue,
            LongSupplier clock) {
        this.folder = folder;
        this.writer = writer;
        this.opening = opening;
        this.reader = new ChainReader(folder.path(), chain, this::lines);
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * Blocks briefly.
     *
     * @param chain its name
     * @param node the name of this node, which differs with each start
     * @param onDropped counts an event that found no room; called on any thread
     */
    public static AuditChain open(
            AuditFileConfig config,
            Path path,
            String chain,
            String node,
            LongSupplier clock,
            Consumer<EventQueue.Kind> onDropped)
            throws IOException {
        ChainFolder folder = ChainFolder.open(path);
        try {
            Optional<ChainKey> configured =
                    config.key().flatMap(pem -> pem.text()).flatMap(ChainKey::read);
            if (config.key().isPresent() && configured.isEmpty()) {
                throw new IOException("the key audit.file.key can't be read");
            }
            ChainKey key = configured.isPresent() ? configured.get() : ChainKey.inFolder(path);
            key.writePublicKey(path);
            ChainWriter writer = new ChainWriter(folder, config, chain, node, key, clock);
            return new AuditChain(
                    folder,
                    writer,
                    new ChainStart(writer, folder, chain, key, clock),
                    chain,
                    new EventQueue(config.queue(), config.reserved(), onDropped),
                    clock);
        } catch (IOException failure) {
            folder.close();
            throw failure;
        }
    }

    /**
     * Begins to write. Blocks briefly.
     *
     * @param recorded the head of this chain that the store knows
     * @param heads takes each head, on the thread of this chain
     * @param recordedLine the number of the last line that the store knows by now, on the same thread
     * @return the damage of the files
     */
    public ChainDamage start(Optional<ChainHead> recorded, Consumer<ChainHead> heads, LongSupplier recordedLine)
            throws IOException {
        ChainDamage damage = opening.begin(recorded);
        lines = writer.lines();
        this.heads = heads;
        this.recordedLine = recordedLine;
        Thread writing = new Thread(this::run, "audit");
        writing.setDaemon(true);
        writing.start();
        thread = writing;
        return damage;
    }

    public void write(AuditEvent event) {
        queue.offer(Priority.of(event.name()), ChainEntry.of(event, clock.getAsLong()));
    }

    /** The number of lines. */
    public long lines() {
        return lines;
    }

    /** Events that wait for the disk. */
    public int queued() {
        return queue.size();
    }

    /** Whether the last write was a success, and a thread and room are there for the next. */
    public boolean writes() {
        Thread writing = thread;
        return !failing && queue.admits() && (writing == null || writing.isAlive());
    }

    public ChainReader reader() {
        return reader;
    }

    /** Writes what waits, signs it and ends. Blocks, for seconds at most. */
    @Override
    public void close() throws IOException {
        closing = true;
        queue.wakeUp();
        Thread writing = thread;
        if (writing == null) {
            folder.close();
            return;
        }
        try {
            writing.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt(); // the thread goes on to the end by itself
        }
    }

    private void run() {
        List<ChainEntry> pending = List.of();
        try {
            while (!closing || !queue.isEmpty()) {
                if (pending.isEmpty()) {
                    pending = new ArrayList<>(queue.take(BATCH, WAIT_MS));
                    pending.addAll(queue.drops(clock.getAsLong()));
                }
                if (write(pending)) {
                    boolean wrote = !pending.isEmpty();
                    pending = List.of();
                    if (wrote && !closing) {
                        queue.gather(GATHER_MS);
                    }
                } else if (closing) {
                    break; // the disk still fails: the log has said so
                } else {
                    Thread.sleep(RETRY_MS);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    /** False if it failed and is to be tried again. */
    private boolean write(List<ChainEntry> pending) {
        try {
            if (!pending.isEmpty()) {
                writer.append(pending);
            }
            lines = writer.lines();
        } catch (IOException failure) {
            logFailure(failure);
            return false;
        } catch (RuntimeException bug) { // of one of these events: without them the chain goes on
            LOG.atError()
                    .addKeyValue("event", "audit.write.failed")
                    .addKeyValue("lost", pending.size())
                    .setCause(bug)
                    .log("audit events could not be written and are lost");
            return true;
        }
        try {
            writer.maintain(recordedLine.getAsLong());
            queue.admit(writer.taken());
            lines = writer.lines();
            failing = false;
        } catch (IOException | UncheckedIOException failure) {
            logFailure(failure); // what was pending is written; the next round tries the rest again
        }
        writer.takeHead().ifPresent(heads);
        return true;
    }

    private void logFailure(Exception failure) {
        if (!failing) {
            LOG.atError()
                    .addKeyValue("event", "audit.write.failed")
                    .addKeyValue("cause", String.valueOf(failure.getMessage()))
                    .log("the audit file can't be written; events wait, and are counted once the queue is full");
        }
        failing = true;
    }

    private void end() {
        try (writer) {
            List<ChainEntry> last = queue.allDrops(clock.getAsLong());
            if (!last.isEmpty()) {
                writer.append(last);
            }
            if (writer.hasUnsigned()) {
                heads.accept(writer.checkpoint());
            }
            lines = writer.lines();
        } catch (IOException failure) {
            logFailure(failure);
        }
    }
}
