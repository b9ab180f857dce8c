package dev.portcullis.edge;

import dev.portcullis.streams.Carrier;
import dev.portcullis.streams.Carriers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The node's edge instances come and go together: none listens before all can carry, and all refuse once one drains. */
public final class Assembly {
    private final @Nullable Carrier[] arrived;
    private final Promise<Carriers> complete = Promise.promise();
    private final Promise<Integer> port = Promise.promise();
    private volatile boolean draining;

    public Assembly(int instances) {
        this.arrived = new Carrier[instances];
    }

    /** One instance is ready to carry; completes when all are. */
    synchronized Future<Carriers> arrive(int instance, Carrier carrier) {
        arrived[instance] = carrier;
        List<Carrier> all = Arrays.stream(arrived).filter(Objects::nonNull).toList();
        if (all.size() == arrived.length) {
            complete.tryComplete(new Carriers(all));
        }
        return complete.future();
    }

    /** Completes when all instances can carry. */
    public Future<Carriers> carriers() {
        return complete.future();
    }

    void listens(int actualPort) {
        port.tryComplete(actualPort);
    }

    /** Where the edge listens, once it does. */
    public int port() {
        return Objects.requireNonNull(port.future().result());
    }

    /** From now on nobody new comes in. */
    public void drain() {
        draining = true;
    }

    public boolean draining() {
        return draining;
    }
}
