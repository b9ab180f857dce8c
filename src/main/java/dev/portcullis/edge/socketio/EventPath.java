package dev.portcullis.edge.socketio;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.frame.FramePath;
import dev.portcullis.edge.frame.InboundFrame;
import io.vertx.core.Future;

/** The path of the frame of an event: that of every frame, and behind it the acknowledgement. */
public final class EventPath implements FrameHandler<Connection> {
    private final FramePath framePath;

    public EventPath(FramePath framePath) {
        this.framePath = framePath;
    }

    @Override
    public Future<FrameOutcome> handle(Connection from, byte[] utf8) {
        SocketIoTransport transport = ConnectPath.transportOf(from);
        PendingEvent event = transport.events().next();
        return framePath
                .handle(from, new InboundFrame(utf8, event.alias(), event.defect()))
                .map(outcome -> {
                    event.handled(outcome);
                    transport.handled(event);
                    return outcome;
                });
    }
}
