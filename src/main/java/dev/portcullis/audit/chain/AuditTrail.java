package dev.portcullis.audit.chain;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.chain.ChainStart.ChainDamage;
import dev.portcullis.config.text.RootCause;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit file of a node, and its head in the store. Does nothing where no file is configured. */
public final class AuditTrail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final long TIMEOUT_SECONDS = 10;

    private final Optional<AuditChain> chain;
    private final String name;
    private @Nullable HeadRecorder recorder;

    private AuditTrail(Optional<AuditChain> chain, String name) {
        this.chain = chain;
        this.name = name;
    }

    /**
     * Blocks briefly. Events wait until {@link #start}.
     *
     * @param host names the chain if the configuration does not
     * @param onDropped counts an event that found no room; called on any thread
     * @throws IOException with a message that names the folder
     */
    public static AuditTrail open(
            AuditFileConfig config, String host, String node, LongSupplier clock, Consumer<EventQueue.Kind> onDropped)
            throws IOException {
        if (config.path().isEmpty()) {
            return new AuditTrail(Optional.empty(), "");
        }
        String path = config.path().get();
        try {
            Path folder = Path.of(path);
            String name = nameOf(config.chain(), folder, host);
            AuditChain chain = AuditChain.open(config, folder, name, node, clock, onDropped);
            ChainFolder.keepName(folder, name);
            return new AuditTrail(Optional.of(chain), name);
        } catch (IOException | InvalidPathException failure) {
            throw new IOException(
                    "the audit file can't be written in " + path + " (" + RootCause.of(failure) + ")", failure);
        }
    }

    /**
     * The name of the chain that a host writes there: that of the configuration, or the one with which the folder began,
     * since the name of a container's host differs with each start.
     *
     * @param configured empty if the configuration does not say
     */
    public static String nameOf(String configured, Path folder, String host) throws IOException {
        Optional<String> named = configured.isEmpty() ? ChainFolder.keptName(folder) : Optional.of(configured);
        return named.orElseGet(() -> nameOf(host));
    }

    private static String nameOf(String host) {
        String safe = host.replaceAll("[^A-Za-z0-9.-]+", "-").replaceFirst("^[.-]+", "");
        return safe.isEmpty() ? "node" : safe.substring(0, Math.min(safe.length(), 63));
    }

    /**
     * Begins to write, where the store and the files say that the chain ends. Blocks until both have answered.
     *
     * @param onDamage called if the files lack what the store knows, or have what the node has not written
     */
    public void start(Vertx vertx, AuditHeadStore store, Runnable onDamage) throws IOException, TimeoutException {
        if (chain.isEmpty()) {
            return;
        }
        Optional<ChainHead> recorded = store.find(name).await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        HeadRecorder heads = new HeadRecorder(vertx.getOrCreateContext(), store, name);
        recorder = heads;
        ChainDamage damage = chain.get().start(recorded, heads::record, heads::recorded);
        if (damage.isAny()) {
            onDamage.run();
            log(damage);
        }
    }

    private void log(ChainDamage damage) {
        damage.gap()
                .ifPresent(gap -> LOG.atError()
                        .addKeyValue("event", "audit.gap")
                        .addKeyValue("chain", name)
                        .addKeyValue("from", gap.from())
                        .addKeyValue("to", gap.to())
                        .log("the audit files lack lines that the store knows: they were cut, replaced or restored"));
        if (!damage.foreign().isEmpty()) {
            LOG.atError()
                    .addKeyValue("event", "audit.foreign")
                    .addKeyValue("chain", name)
                    .addKeyValue("file", damage.foreign().get(0))
                    .addKeyValue("count", damage.foreign().size())
                    .log(
                            "the audit files had lines that this node has not written, or damaged ones; they are set aside");
        }
    }

    public void write(AuditEvent event) {
        chain.ifPresent(each -> each.write(event));
    }

    /** Reads the lines of this node; empty where no file is configured. */
    public Optional<ChainReader> reader() {
        return chain.map(AuditChain::reader);
    }

    /**
     * Where the next event will stand.
     *
     * @param after the number of the last line that is written by now: it stands behind that, and behind what waits
     */
    public record ChainPlace(String chain, long after) {}

    /** Empty where no file is configured. */
    public Optional<ChainPlace> place() {
        return chain.map(each -> new ChainPlace(name, each.lines()));
    }

    /** Whether nothing keeps the file from being written. */
    public boolean writes() {
        return chain.map(AuditChain::writes).orElse(true);
    }

    /** Events that wait for the disk. */
    public long queued() {
        return chain.map(AuditChain::queued).orElse(0);
    }

    /** Lines for whose presence the store does not vouch yet. */
    public long unanchored() {
        HeadRecorder heads = recorder;
        return heads == null ? 0 : Math.max(0, chain.map(AuditChain::lines).orElse(0L) - heads.recorded());
    }

    /** Writes and signs what waits, and records the head. Blocks, for seconds at most. */
    @Override
    public void close() throws IOException, TimeoutException {
        if (chain.isPresent()) {
            chain.get().close();
        }
        HeadRecorder heads = recorder;
        recorder = null; // what runs it may be gone when this is called again
        if (heads != null) {
            heads.settled().await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }
}
