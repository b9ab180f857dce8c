package dev.portcullis.cluster.wire;

import io.vertx.core.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Where the event bus of this node listens.
 *
 * @param messageBytes the largest message that is accepted there
 */
public record BusListenAddress(String host, int port, int messageBytes) {
    /** Wraps a transport so that the bus accepts only well-formed messages. For a bus without certificates. */
    public Transport guard(Transport transport) {
        return new Guarded(transport, this);
    }

    private record Guarded(Transport wrapped, BusListenAddress bus) implements Transport {
        @Override
        public String name() {
            return wrapped.name();
        }

        @Override
        public boolean available() {
            return wrapped.available();
        }

        @Override
        public @Nullable Throwable unavailabilityCause() {
            return wrapped.unavailabilityCause();
        }

        @Override
        public io.vertx.core.spi.transport.Transport implementation() {
            return new GuardedTransport(wrapped.implementation(), bus);
        }
    }
}
