package dev.portcullis.app.process;

import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Triggers a condition that must end the process, and otherwise runs for ever. */
final class HaltingProcess {
    /** Longer than a busy machine delays a thread. */
    private static final long BLOCKED_MS = 5_000;

    private static final long LITTLE_MEMORY = 1_500_000;

    /** Objects that the garbage collector can't free. */
    private static final List<Object> HELD = new ArrayList<>();

    @SuppressWarnings("unused") // so that it is really allocated
    private static volatile byte[] dropped = {};

    private HaltingProcess() {}

    public static void main(String[] arguments) throws Exception {
        ProcessHalt.whenOutOfMemory();
        Vertx vertx = Vertx.vertx();
        Context loop = vertx.getOrCreateContext();
        switch (arguments[0]) {
            case "heap" -> loop.runOnContext(any -> fillHeap());
            case "direct" -> loop.runOnContext(any -> fillDirect());
            case "garbage" -> {
                watchGarbage();
                fillAllBut(LITTLE_MEMORY);
                allocateGarbage();
            }
            case "busy" -> {
                watchGarbage();
                fillAllBut(Runtime.getRuntime().maxMemory() / 2);
                new Thread(HaltingProcess::collect).start();
            }
            case "thread" -> new Thread(HaltingProcess::fillHeap).start();
            case "threads" -> failTogether();
            default -> {
                if (arguments[0].equals("loop")) {
                    CountDownLatch blocking = new CountDownLatch(1);
                    loop.runOnContext(any -> block(blocking));
                    blocking.await(); // otherwise the loop may be found before it blocks
                }
                EventLoopWatchdog.start(vertx, BLOCKED_MS, where -> ProcessHalt.loopBlocked(where, BLOCKED_MS));
                System.out.println("watched");
            }
        }
        while (true) {
            System.out.println("alive " + System.in.read());
        }
    }

    private static void failTogether() {
        CountDownLatch together = new CountDownLatch(1);
        for (int i = 0; i < 200; i++) {
            new Thread(() -> fail(together)).start();
        }
        together.countDown();
    }

    private static void fail(CountDownLatch together) {
        try {
            together.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        throw new OutOfMemoryError();
    }

    private static void watchGarbage() {
        GcWatchdog.start(BLOCKED_MS, () -> ProcessHalt.onlyGarbageCollected(BLOCKED_MS));
        System.out.println("watched");
    }

    /** Small objects in a chain, which take a collector long. */
    private static void fillAllBut(long bytes) {
        Runtime jvm = Runtime.getRuntime();
        Object chain = "end";
        while (true) {
            if (jvm.maxMemory() - jvm.totalMemory() + jvm.freeMemory() < bytes) {
                System.gc();
                if (jvm.maxMemory() - jvm.totalMemory() + jvm.freeMemory() < bytes) {
                    break;
                }
            }
            for (int i = 0; i < 1_000; i++) {
                chain = new Object[] {chain};
            }
        }
        HELD.add(chain);
    }

    private static void allocateGarbage() {
        while (true) {
            dropped = new byte[64];
        }
    }

    /** All the time goes to collections, and there is room. */
    private static void collect() {
        while (true) {
            System.gc();
        }
    }

    private static void fillHeap() {
        while (true) {
            HELD.add(new byte[1 << 20]);
        }
    }

    private static void fillDirect() {
        while (true) {
            HELD.add(PooledByteBufAllocator.DEFAULT.directBuffer(1 << 20).writeByte(1));
        }
    }

    private static void block(CountDownLatch blocking) {
        blocking.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
