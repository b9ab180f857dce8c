package dev.portcullis.audit.chain;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.AuditSink;
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
public final class AuditTrail implements AuditSink, AutoCloseable {
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
        String name = nameOf(config, host);
        if (config.path().isEmpty()) {
            return new AuditTrail(Optional.empty(), name);
        }
        String path = config.path().get();
        try {
            return new AuditTrail(
                    Optional.of(AuditChain.open(config, Path.of(path), name, node, clock, onDropped)), name);
        } catch (IOException | InvalidPathException failure) {
            throw new IOException("the audit file can't be written in " + path + ": " + failure.getMessage(), failure);
        }
    }

    /** The name of the chain of a host with this configuration. */
    public static String nameOf(AuditFileConfig config, String host) {
        if (!config.chain().isEmpty()) {
            return config.chain();
        }
        String safe = host.replaceAll("[^A-Za-z0-9.-]+", "-").replaceFirst("^[.-]+", "");
        return safe.isEmpty() ? "node" : safe.substring(0, Math.min(safe.length(), 63));
    }

    /**
     * Begins to write, where the store and the files say that the chain ends. Blocks until both have answered.
     *
     * @param onGap called if the files lack what the store knows
     */
    public void start(Vertx vertx, AuditHeadStore store, Runnable onGap) throws IOException, TimeoutException {
        if (chain.isEmpty()) {
            return;
        }
        Optional<ChainHead> recorded = store.find(name).await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        HeadRecorder heads = new HeadRecorder(vertx.getOrCreateContext(), store, name);
        recorder = heads;
        chain.get().start(recorded, heads::record).ifPresent(gap -> {
            onGap.run();
            LOG.atError()
                    .addKeyValue("event", "audit.gap")
                    .addKeyValue("chain", name)
                    .addKeyValue("from", gap.from())
                    .addKeyValue("to", gap.to())
                    .log("the audit files lack lines that the store knows: they were cut, replaced or restored");
        });
    }

    @Override
    public void write(AuditEvent event) {
        chain.ifPresent(each -> each.write(event));
    }

    /** Reads the lines of this node; empty where no file is configured. */
    public Optional<ChainReader> reader() {
        return chain.map(AuditChain::reader);
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
