package dev.portcullis.rooms.directory;

import static dev.portcullis.kit.Await.done;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Real stores of which a test lets the calls happen one by one, in an order that it chooses. Calls that it drops are those
 * of a process that died before them.
 */
final class SteppedStores {
    private final List<Call> waiting = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent")
    private record Call(Object store, Method method, Object[] arguments, Promise<Object> promise) {}

    /** The same store, whose calls wait. */
    <T> T stepped(Class<T> port, T store) {
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    Promise<Object> promise = Promise.promise();
                    waiting.add(new Call(store, method, arguments, promise));
                    return promise.future();
                }));
    }

    boolean isIdle() {
        return waiting.isEmpty();
    }

    int waiting() {
        return waiting.size();
    }

    /** Lets one of the waiting calls happen. */
    void step(Random random) throws Exception {
        Call call = waiting.remove(random.nextInt(waiting.size()));
        try {
            Future<?> result = (Future<?>) call.method().invoke(call.store(), call.arguments());
            call.promise().complete(done(result));
        } catch (InvocationTargetException thrown) {
            call.promise().fail(thrown.getCause());
        }
    }

    /** The process dies: none of the waiting calls happens, and nothing comes after them. */
    void cut() {
        waiting.clear();
    }
}
