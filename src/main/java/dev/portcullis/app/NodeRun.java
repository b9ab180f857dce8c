package dev.portcullis.app;

import dev.portcullis.config.Setting;
import dev.portcullis.store.EmbeddedStore;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs a node until the process is told to stop, and then lets it drain, but not for ever. */
final class NodeRun implements NodeLauncher {
    private static final long BEYOND_DRAIN_SECONDS = 30;

    private final PrintWriter out;

    NodeRun(PrintWriter out) {
        this.out = out;
    }

    @Override
    public int run(NodeConfig config, List<Setting> settings) throws StartFailure {
        Node node = Node.start(
                config, EmbeddedStore::open, () -> Runtime.getRuntime().halt(1));
        CountDownLatch stopped = new CountDownLatch(1);
        long bound = BEYOND_DRAIN_SECONDS
                + TimeUnit.MILLISECONDS.toSeconds(config.edge().drainMs());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node, stopped, bound), "shutdown"));
        out.println(StartLine.of(Version.number(), config, node.httpPort(), node.adminPort())
                .text());
        out.flush();
        return await(stopped);
    }

    /** Ours and not Vert.x's: its own would end the bus while connections still drain. */
    private static void stop(Node node, CountDownLatch stopped, long bound) {
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
        node.close();
        stopped.countDown();
        Runtime.getRuntime().halt(0); // a stop that was asked for went well: without this a SIGTERM exits with 143
    }

    private static int await(CountDownLatch stopped) {
        try {
            stopped.await();
            return 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}
