package dev.portcullis.app.process;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Ends the process at once, with one line on stderr, when continuing would be worse than stopping: a supervisor restarts it,
 * and clients connect to another node. All that was acknowledged is in the store.
 */
public final class ProcessHalt {
    /** The exit code of the JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
    static final int OUT_OF_MEMORY = 3;

    static final int LOOP_BLOCKED = 4;

    static final int DISK_FAILED = 5;

    private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);
    private static final String REMEDY = "the process ends; give it a larger heap (-Xmx), or lower"
            + " limits.connectionsPerNode, pendingConnectionsPerNode or bufferedBytesPerNode there";
    private static final byte[] MEMORY_LINE = line("out of memory: " + REMEDY);
    private static final AtomicBoolean HALTING = new AtomicBoolean();

    private ProcessHalt() {}

    /**
     * Ends the process on any {@link OutOfMemoryError}, because the interrupted thread leaves its work half done. An
     * error that Vert.x, Netty or this program catches is logged, and finder in the log event; any other ends its
     * thread.
     */
    public static void whenOutOfMemory() {
        ifOutOfMemory(new Throwable()); // loads the classes it needs now, while there is memory
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            ifOutOfMemory(thrown);
            LoggerFactory.getLogger(ProcessHalt.class).error("a thread ended with an uncaught exception", thrown);
        });
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            OutOfMemoryFinder finder = new OutOfMemoryFinder();
            finder.setContext(root.getLoggerContext());
            finder.start();
            root.addAppender(finder);
        }
    }

    /** @param loop the loop and its stack */
    public static void loopBlocked(String loop, long millis) {
        end(line("event loop blocked for " + millis + " ms: the process ends; " + loop), LOOP_BLOCKED);
    }

    public static void onlyGarbageCollected(long millis) {
        end(
                line("out of memory: for " + millis
                        + " ms nothing was done but collecting garbage, and hardly any was found: " + REMEDY),
                OUT_OF_MEMORY);
    }

    /** The store has logged why. */
    public static void diskFailed() {
        end(new byte[0], DISK_FAILED);
    }

    private static void ifOutOfMemory(@Nullable Throwable thrown) {
        int depth = 0;
        for (Throwable each = thrown; each != null && depth < 16; each = each.getCause()) {
            if (each instanceof OutOfMemoryError) { // so is Netty's for direct memory
                end(MEMORY_LINE, OUT_OF_MEMORY);
            }
            depth++;
        }
    }

    /** Allocates nothing. The first thread that gets here stops all others, which could not even log why they end. */
    private static void end(byte[] line, int status) {
        while (!HALTING.compareAndSet(false, true)) {
            LockSupport.park();
        }
        try {
            ERR.write(line);
        } catch (IOException closed) {
            // the process ends all the same
        }
        Runtime.getRuntime().halt(status);
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static final class OutOfMemoryFinder extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            IThrowableProxy proxy = event.getThrowableProxy();
            if (proxy instanceof ThrowableProxy known) {
                ifOutOfMemory(known.getThrowable());
            }
        }
    }
}
