package dev.portcullis.app.cli;

import dev.portcullis.app.config.CertificateValidity;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.Node;
import dev.portcullis.app.node.StartupException;
import dev.portcullis.app.node.Version;
import dev.portcullis.app.process.EventLoopWatchdog;
import dev.portcullis.app.process.GcWatchdog;
import dev.portcullis.app.process.ProcessHalt;
import dev.portcullis.audit.logging.LogContext;
import dev.portcullis.config.Setting;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a node until the process is told to stop, and then lets it drain, but not for ever. */
public final class NodeRunner implements RunCommand.NodeLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRunner.class);
    private static final long BEYOND_DRAIN_SECONDS = 30;

    private final PrintWriter out;

    public NodeRunner(PrintWriter out) {
        this.out = out;
    }

    @Override
    public int run(NodeConfig config, List<Setting> settings) throws StartupException {
        ProcessHalt.whenOutOfMemory();
        LogContext.apply(config.log());
        CertificateValidity.lines(config, Instant.now()).forEach(NodeRunner::warn);
        StopSignal order = new StopSignal(Thread.currentThread());
        long bound = BEYOND_DRAIN_SECONDS
                + TimeUnit.MILLISECONDS.toSeconds(config.edge().drainMs());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(order, bound), "shutdown"));
        Optional<Node> started = start(config, order);
        if (started.isPresent()) {
            Node node = started.get();
            long blockedMs = config.watchdog().blockedMs();
            EventLoopWatchdog.start(node.vertx(), blockedMs, where -> ProcessHalt.loopBlocked(where, blockedMs));
            long collectingMs = config.watchdog().collectingMs();
            GcWatchdog.start(collectingMs, () -> ProcessHalt.onlyGarbageCollected(collectingMs));
            out.println(StartupBanner.of(Version.number(), config, node).text());
            out.flush();
        }
        return awaitStop();
    }

    /** Nothing where it was told to stop meanwhile. */
    private static Optional<Node> start(NodeConfig config, StopSignal order) throws StartupException {
        Runnable halt = () -> Runtime.getRuntime().halt(1);
        try {
            Node node = new StartRetries(NodeRunner::millis, NodeRunner::rest, NodeRunner::again).start(() -> {
                order.check();
                return Node.start(config, (store, times) -> EmbeddedStore.open(store, times, halt), halt);
            });
            return order.startEnded(Optional.of(node::close)) ? Optional.empty() : Optional.of(node);
        } catch (StartupException failure) {
            if (order.startEnded(Optional.empty())) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private static void warn(String untimely) {
        LOG.atWarn().addKeyValue("event", "tls.certificate.untimely").log(untimely);
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static void rest() {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }

    private static void again(StartupException failure) {
        LOG.atWarn()
                .addKeyValue("event", "node.start.again")
                .addKeyValue("cause", failure.line())
                .log("the node did not start, and tries again");
    }

    /** Ours and not Vert.x's: its own would end the bus while connections still drain. */
    private static void stop(StopSignal order, long bound) {
        Thread last = new Thread(
                () -> {
                    try {
                        TimeUnit.SECONDS.sleep(bound);
                        Runtime.getRuntime().halt(1);
                    } catch (InterruptedException inTime) {
                        Thread.currentThread().interrupt();
                    }
                },
                "shutdown-bound");
        last.setDaemon(true);
        last.start();
        try {
            Optional<Runnable> rest = order.stop();
            if (rest.isPresent()) {
                rest.get().run();
                Runtime.getRuntime()
                        .halt(0); // a stop that was asked for went well: without this a SIGTERM exits with 143
            }
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt();
        }
    }

    /** The thread that stops the node ends the process too. */
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
