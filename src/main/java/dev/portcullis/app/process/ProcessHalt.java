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
 * Ends the process at once, with one line on stderr, where going on would be worse than not being there: a supervisor
 * starts it again, and clients find another node. What was acknowledged is in the store.
 */
public final class ProcessHalt {
    /** As the JVM does with {@code -XX:+ExitOnOutOfMemoryError}. */
    static final int OUT_OF_MEMORY = 3;

    static final int LOOP_BLOCKED = 4;

    private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);
    private static final String REMEDY = "the process ends; give it a larger heap (-Xmx), or lower"
            + " limits.connectionsPerNode, pendingConnectionsPerNode or bufferedBytesPerNode there";
    private static final byte[] MEMORY_LINE = line("out of memory: " + REMEDY);
    private static final AtomicBoolean HALTING = new AtomicBoolean();

    private ProcessHalt() {}

    /**
     * From here on no thread survives an {@link OutOfMemoryError} in half: whatever it left undone stays undone. Where
     * Vert.x, Netty or we catch one, it is logged, and found there; elsewhere it ends its thread.
     */
    public static void whenOutOfMemory() {
        ifOutOfMemory(new Throwable()); // what it needs is loaded now, while there is memory for it
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            ifOutOfMemory(thrown);
            LoggerFactory.getLogger(ProcessHalt.class).error("a thread ended by a bug", thrown);
        });
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            Found found = new Found();
            found.setContext(root.getLoggerContext());
            found.start();
            root.addAppender(found);
        }
    }

    /** @param loop which, and where it stands */
    public static void loopBlocked(String loop, long millis) {
        end(line("event loop blocked for " + millis + " ms: the process ends; " + loop), LOOP_BLOCKED);
    }

    public static void onlyGarbageCollected(long millis) {
        end(
                line("out of memory: for " + millis
                        + " ms nothing was done but collecting garbage, and hardly any was found: " + REMEDY),
                OUT_OF_MEMORY);
    }

    private static void ifOutOfMemory(@Nullable Throwable thrown) {
        int depth = 0;
        for (Throwable each = thrown; each != null && depth < 16; each = each.getCause()) {
            if (each instanceof OutOfMemoryError) { // Netty's for direct memory is one too
                end(MEMORY_LINE, OUT_OF_MEMORY);
            }
            depth++;
        }
    }

    /** Allocates nothing. Once one thread is here the others come no further: they could not even log why they end. */
    private static void end(byte[] line, int status) {
        while (!HALTING.compareAndSet(false, true)) {
            LockSupport.park();
        }
        try {
            ERR.write(line);
        } catch (IOException unheard) {
            // it ends all the same
        }
        Runtime.getRuntime().halt(status);
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static final class Found extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            IThrowableProxy proxy = event.getThrowableProxy();
            if (proxy instanceof ThrowableProxy known) {
                ifOutOfMemory(known.getThrowable());
            }
        }
    }
}
