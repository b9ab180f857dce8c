package dev.portcullis.edge.transport;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.codec.ServerFrame;
import org.jspecify.annotations.Nullable;

/** The way to one client and back, with bounded resources. Used on its event loop only. */
public interface ClientTransport {
    /** Receives the messages of a client and the end of its transport. */
    interface Listener {
        void message(byte[] utf8);

        /**
         * Whether a message is not answered yet. If so, {@link ClientTransport#resume} follows once all are, and the client's
         * own end waits for that: it undoes nothing that the client sent before.
         */
        default boolean awaitsAnswer() {
            return false;
        }

        /** The client broke a rule of the transport. The listener may send a last frame and then closes. */
        void violated(CloseCode code);

        /** The transport is closing: no message follows. It may stay open until {@link #closed}. */
        void closing();

        void closed();
    }

    /** Makes the transport of a client that was let in. */
    interface Opener {
        ClientTransport open(Listener listener);
    }

    TransportKind kind();

    /** How frames for this client are encoded. */
    FrameEncoding encoding();

    /** Sets the maximum size of a message from now on. */
    void allow(int bytes);

    /** Sends a live frame, or closes the transport if its reader is too slow. */
    void send(ServerFrame frame);

    /** Sends a live frame that other clients of the same encoding get too. The caller keeps its own reference. */
    void share(SharedFrame frame);

    /** Sends a requested reply of any size, as the client reads it. */
    void replay(ServerFrame frame);

    /** Replays messages, each as a frame of its own. */
    void replay(JsonMessages messages);

    /** Runs {@code then} as soon as no replay is queued. One caller at a time. */
    void whenReplayed(Runnable then);

    void ping();

    /** Nanoseconds since the last ping, or since the way was opened. */
    long sincePing(long now);

    /** Reads no more messages until {@link #resume}. */
    void pause();

    void resume();

    /** Drops what is queued, and closes the transport with this code. */
    void close(CloseCode code);

    boolean closing();

    /** The code that was sent to the client, if one was. */
    @Nullable
    CloseCode sentCode();

    /** Nanoseconds since the last byte from the client; 0 while reading is paused. */
    long silentFor(long now);

    /** Nanoseconds for which the rest of a message has been missing; 0 while reading is paused. */
    long unfinishedFor(long now);

    /** Bytes received of an incomplete message. */
    long unfinishedBytes();

    /** Nanoseconds for which no queued byte could be sent. */
    long stuckFor(long now);

    ClientProgress progress();

    /** Reports how many bytes of messages the listener has queued. */
    void queued(long bytes);

    /** Reports that the listener did not answer a message at once, so that it passed all limits that need no wait. */
    void answersLater();

    /** Reports how many bytes the listener is processing; 0 when it has finished. */
    void inHand(long bytes);

    /** Bytes that wait to be sent. */
    long waitingBytes();
}
