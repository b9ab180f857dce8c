package dev.portcullis.kit;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions with a timeout. */
public final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();

    private Await() {}

    /** Whether the condition became true in time. */
    public static boolean until(BooleanSupplier condition) {
        return until(condition, PATIENCE);
    }

    /** The result of a future that is there in time; its failure is thrown as it is. */
    public static <T> T done(Future<T> future) {
        try {
            return future.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            if (future.failed()) {
                return Await.<T, RuntimeException>thrown(late);
            }
            throw new AssertionError("no result within " + PATIENCE.toSeconds() + " s", late);
        }
    }

    /** Throws the failure of a future that failed with a timeout of its own. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Exception> T thrown(Exception failure) throws E {
        throw (E) failure;
    }

    /** Lets time pass where there is no condition to wait for. */
    public static void pass(Duration time) {
        until(() -> false, time);
    }

    public static boolean until(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return true;
    }
}
