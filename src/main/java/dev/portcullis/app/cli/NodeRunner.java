package dev.portcullis.app.cli;

import dev.portcullis.app.config.CertificateValidity;
import dev.portcullis.app.config.ConfigSource;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.DescriptorCheck;
import dev.portcullis.app.node.Node;
import dev.portcullis.app.node.NodeName;
import dev.portcullis.app.node.ProcessEnd;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.app.node.Version;
import dev.portcullis.app.process.EventLoopWatchdog;
import dev.portcullis.app.process.GcWatchdog;
import dev.portcullis.app.process.ProcessHalt;
import dev.portcullis.audit.logging.LogContext;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.StoreEnd;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a node until the process is told to stop, then drains it within a bounded time. */
public final class NodeRunner implements RunCommand.NodeLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRunner.class);
    private static final long RELOAD_PAUSE_MS = 1_000;
    private static final long EXTRA_SECONDS = 30;

    /** Clients of a node that can't serve any more are refused everything, so they had better come back soon. */
    private static final long USELESS_DRAIN_MS = 2_000;

    private static final long USELESS_SECONDS = 10;

    private final PrintWriter out;

    public NodeRunner(PrintWriter out) {
        this.out = out;
    }

    @Override
    public int run(ConfigSource source) throws StartupException {
        NodeConfig config = source.config();
        ProcessHalt.whenOutOfMemory();
        LogContext.apply(config.log());
        NodeName name = NodeName.of(config);
        LogContext.setNodeName(name.value());
        DescriptorCheck.warn(config);
        CertificateValidity.lines(config, Instant.now()).forEach(NodeRunner::warn);
        StopSignal signal = new StopSignal(Thread.currentThread());
        ReloadSignal reload = ReloadSignal.listen();
        long boundSeconds =
                EXTRA_SECONDS + TimeUnit.MILLISECONDS.toSeconds(config.edge().drainMs());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(signal, boundSeconds), "shutdown"));
        Optional<Node> started = start(source, signal, name);
        if (started.isPresent()) {
            Node node = started.get();
            reload.onSignal(
                    new SignalledReloads(
                            () -> node.reload(false),
                            task -> node.vertx().setTimer(RELOAD_PAUSE_MS, timer -> task.run()))::request);
            long blockedMs = config.watchdog().blockedMs();
            EventLoopWatchdog.start(node.vertx(), blockedMs, where -> ProcessHalt.loopBlocked(where, blockedMs));
            long collectingMs = config.watchdog().collectingMs();
            GcWatchdog.start(collectingMs, () -> ProcessHalt.onlyGarbageCollected(collectingMs));
            source.first().withoutEffect().forEach(removed -> out.println("warning: " + removed));
            out.println(StartupBanner.of(Version.number(), config, node).text());
            out.flush();
        }
        return awaitStop();
    }

    /** Empty if the process was told to stop meanwhile. */
    private static Optional<Node> start(ConfigSource source, StopSignal signal, NodeName name) throws StartupException {
        Runnable halt = () -> Runtime.getRuntime().halt(1);
        AtomicBoolean useless = new AtomicBoolean();
        StoreEnd storeEnd = new StoreEnd(halt, () -> {
            useless.set(true);
            new Thread(() -> endSoon(signal, ProcessHalt::diskFailed), "disk-failed").start();
        });
        Runnable isolated = () -> {
            useless.set(true);
            new Thread(() -> endSoon(signal, halt), "isolated").start();
        };
        try {
            Node node = new StartRetries(NodeRunner::millis, NodeRunner::pause, NodeRunner::logRetry).start(() -> {
                signal.check();
                return Node.start(
                        source,
                        (store, times) -> EmbeddedStore.open(store, times, storeEnd),
                        new ProcessEnd(isolated, NodeRunner::requestStop),
                        name);
            });
            Runnable close = () -> close(node, useless.get() ? USELESS_DRAIN_MS : Long.MAX_VALUE);
            return signal.startEnded(Optional.of(close)) ? Optional.empty() : Optional.of(node);
        } catch (StartupException failure) {
            if (signal.startEnded(Optional.empty())) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /** A signal may come while a failure ends the process, and the other way round. */
    private static void close(Node node, long withinMs) {
        synchronized (node) {
            node.closeWithin(withinMs);
        }
    }

    /** Tells balancers and clients first, as far as that is possible in a few seconds. */
    private static void endSoon(StopSignal signal, Runnable halt) {
        haltAfter(USELESS_SECONDS, halt);
        try {
            signal.stop().ifPresent(Runnable::run);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        halt.run();
    }

    private static void haltAfter(long seconds, Runnable halt) {
        Thread limiter = new Thread(
                () -> {
                    try {
                        TimeUnit.SECONDS.sleep(seconds);
                        halt.run();
                    } catch (InterruptedException stoppedInTime) {
                        Thread.currentThread().interrupt();
                    }
                },
                "shutdown-bound");
        limiter.setDaemon(true);
        limiter.start();
    }

    /**
     * Asks for a stop as a signal does: the shutdown hook drains and stops. The caller must not wait for what it has to do
     * itself.
     */
    private static void requestStop() {
        new Thread(() -> System.exit(0), "requested-stop").start();
    }

    private static void warn(String warning) {
        LOG.atWarn().addKeyValue("event", "tls.certificate.untimely").log(warning);
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }

    private static void logRetry(StartupException failure) {
        LOG.atWarn()
                .addKeyValue("event", "node.start.again")
                .addKeyValue("cause", failure.line())
                .log("the node did not start and tries again");
    }

    /** Replaces the shutdown hook of Vert.x, which would close the bus while connections still drain. */
    private static void stop(StopSignal signal, long boundSeconds) {
        haltAfter(boundSeconds, () -> Runtime.getRuntime().halt(1));
        try {
            Optional<Runnable> rest = signal.stop();
            if (rest.isPresent()) {
                rest.get().run();
                Runtime.getRuntime().halt(0); // a requested stop is a success; otherwise SIGTERM exits with 143
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Blocks: the thread that stops the node also ends the process. */
    private static int awaitStop() {
        try {
            new CountDownLatch(1).await();
            return 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}
