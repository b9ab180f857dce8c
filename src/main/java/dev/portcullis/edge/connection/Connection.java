package dev.portcullis.edge.connection;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.socket.ChatSocket;
import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.edge.socket.SharedFrame;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.codec.FrameEncoder;
import dev.portcullis.ratelimit.ConnectionBudget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client. Takes one frame at a time: order and backpressure come from there. Everything happens on its event loop.
 */
public final class Connection implements ChatSocket.Listener, FrameRecipient {
    /** Smaller messages are gone before they could add up. */
    private static final int SMALL = 1_024;

    /** A message is in memory as it came, as it was understood, and as it is passed on. */
    private static final long FORMS = 4;

    private final RemoteClient client;
    private final Surroundings around;
    private final CloseListener closeListener;
    private final ConnectionBudget budget;
    private final RoomSubscriptions subscriptions;
    private final ClearableReference<Connection> reference = new ClearableReference<>(this);
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(1);
    private @Nullable ChatSocket socket;
    private @Nullable Registration registration;
    private ConnectionState state = ConnectionState.CONNECTING;
    private @Nullable FrameHandler<Connection> frameHandler;
    private long deadline = Long.MAX_VALUE;
    private long pingedAt = System.nanoTime(); // a clock that is set back must not put off the next ping
    private long waitingBytes;
    private boolean busy;
    private @Nullable CloseCode retiring;
    private @Nullable Promise<Void> replaying;
    private int frames;
    private int counted;

    /** What a connection needs of the edge it belongs to. */
    public record Surroundings(
            LocalRooms rooms, ReplyWriter replies, Metrics metrics, SocketConfig limits, MemoryBudget memory) {}

    /**
     * A session that the store has registered.
     *
     * @param knownAt when this node knew so, at the latest, as {@link System#nanoTime()} counts
     */
    public record Registration(Session session, long knownAt) {}

    /** Who hears that a connection is over. */
    public interface CloseListener {
        void left(Connection connection);
    }

    public Connection(RemoteClient client, Surroundings around, CloseListener closeListener, ConnectionBudget budget) {
        this.client = client;
        this.around = around;
        this.closeListener = closeListener;
        this.subscriptions = new RoomSubscriptions(around.rooms());
        this.budget = budget;
    }

    public void bind(ChatSocket openSocket) {
        socket = openSocket;
    }

    /** From here on it takes frames, which go this way; without a session by the deadline it ends. */
    public void listen(FrameHandler<Connection> firstPath, long authDeadline) {
        state = state.to(ConnectionState.ANONYMOUS);
        frameHandler = firstPath;
        deadline = authDeadline;
    }

    /** From here on it is known who speaks. */
    public void authenticate(Registration registered, FrameHandler<Connection> framePath, int frameBytes) {
        Session opened = registered.session();
        state = state.to(ConnectionState.OPEN);
        registration = registered;
        budget.setRole(opened.sender().role());
        frameHandler = framePath;
        deadline = opened.expiresAt();
        socket().allow(frameBytes);
        client.slot().authenticated();
    }

    @Override
    public void message(byte[] utf8) {
        if (!state.takesFrames()) {
            return;
        }
        if (busy || !waiting.isEmpty()) {
            waiting.add(utf8);
            waits(waitingBytes + utf8.length);
            if (queueIsFull()) {
                socket().pause();
            }
        } else {
            take(utf8);
        }
    }

    @Override
    public void violated(CloseCode code) {
        around.replies().protocolViolation(this, code);
    }

    @Override
    public void closing() {
        takeNoMore();
    }

    @Override
    public void closed() {
        reference.letGo();
        takeNoMore();
        subscriptions.leaveAll();
        client.slot().release();
        closeListener.left(this);
        endReplay();
    }

    @Override
    public void send(ServerFrame frame) {
        socket().send(FrameEncoder.encode(frame));
    }

    @Override
    public void share(SharedFrame frame) {
        socket().share(frame);
    }

    public void replay(ServerFrame frame) {
        socket().replay(FrameEncoder.chunks(frame));
    }

    /** Completes when the peer has taken all that was replayed to it, or will not take it any more. */
    public Future<Void> replayed() {
        if (replaying != null) {
            return replaying.future();
        }
        Promise<Void> taken = Promise.promise();
        replaying = taken;
        socket().whenReplayed(this::endReplay);
        return taken.future();
    }

    @Override
    public void close(CloseCode code) {
        socket().close(code);
    }

    /** Its session has ended with the life of the node that held it: nothing is taken from it any more. */
    public void markLeaseLost() {
        state = state.to(ConnectionState.LEASE_LOST);
    }

    /** Whether what it asks for may be done: it has a session, which has not ended as far as this node knows. */
    public boolean mayAct() {
        return state == ConnectionState.OPEN && !isClosing();
    }

    /** Ends once the frame in hand is answered: whoever is sent away in peace is not left in doubt of what was done. */
    void closeAfterFrame(CloseCode code) {
        if (busy) {
            retiring = code;
        } else {
            close(code);
        }
    }

    /** For whatever comes later, unless the connection is closed by then. */
    public ClearableReference<Connection> handle() {
        return reference;
    }

    public RoomSubscriptions seats() {
        return subscriptions;
    }

    /** Whether it has ended, or is ending. The socket knows first: what it drops then may call back before it says so. */
    public boolean isClosing() {
        return state == ConnectionState.CLOSING || socket().closing();
    }

    ConnectionLiveness vitals(long now) {
        long nanos = System.nanoTime();
        return new ConnectionLiveness(
                deadline - now,
                state != ConnectionState.ANONYMOUS,
                socket().silentFor(nanos) / 1_000_000,
                socket().stuckFor(nanos) / 1_000_000,
                socket().unfinishedFor(nanos) / 1_000_000,
                (nanos - pingedAt) / 1_000_000);
    }

    public void ping() {
        pingedAt = System.nanoTime();
        socket().ping();
    }

    public ChatSocket socket() {
        return Objects.requireNonNull(socket);
    }

    public Session session() {
        return registration().session();
    }

    Registration registration() {
        return Objects.requireNonNull(registration);
    }

    @Override
    public Optional<Session> identified() {
        return Optional.ofNullable(registration).map(Registration::session);
    }

    public Sender sender() {
        return session().sender();
    }

    public ConnectionBudget budget() {
        return budget;
    }

    @Override
    public RemoteClient peer() {
        return client;
    }

    public Metrics meters() {
        return around.metrics();
    }

    int frames() {
        return frames;
    }

    /** Frames since this was asked last. */
    public int newFrames() {
        int more = frames - counted;
        counted = frames;
        return more;
    }

    /** Whether one more frame of the largest size would be too much; where the node is short of memory, any. */
    private boolean queueIsFull() {
        SocketConfig limits = around.limits();
        return waiting.size() >= limits.queuedFrames()
                || waitingBytes + limits.frameBytes() > limits.queuedBytes()
                || around.memory().isExceeded();
    }

    private void waits(long bytes) {
        waitingBytes = bytes;
        socket().queued(bytes);
    }

    /** What waits came in, and so did what was begun: the bytes count for the user. */
    private void takeNoMore() {
        if (state != ConnectionState.CLOSING) {
            state = ConnectionState.CLOSING;
            waiting.forEach(utf8 -> budget.unreported().add(utf8.length));
            budget.unreported().add((int) socket().unfinishedBytes());
            waiting.clear();
            waits(0);
        }
    }

    private void take(byte[] utf8) {
        busy = true;
        frames++;
        if (utf8.length > SMALL) {
            socket().inHand(FORMS * utf8.length);
        }
        budget.unreported().add(utf8.length);
        FrameHandler<Connection> way = Objects.requireNonNull(frameHandler);
        Future.succeededFuture()
                .compose(any -> way.handle(this, utf8)) // a path that throws has broken like one that fails
                .onComplete(this::answered, broken -> answered(FrameFailures.bug(broken)));
    }

    private void answered(FrameOutcome outcome) {
        socket().inHand(0);
        if (!isClosing()) {
            around.replies().write(this, outcome);
        }
        replayed().onComplete(any -> next());
    }

    private void endReplay() {
        Promise<Void> taken = replaying;
        replaying = null;
        if (taken != null) {
            taken.complete();
        }
    }

    private void next() {
        busy = false;
        if (retiring != null) {
            close(retiring);
        }
        byte[] following = waiting.poll();
        if (following == null) {
            socket().resume();
        } else if (!isClosing()) {
            waits(waitingBytes - following.length);
            take(following);
        }
    }
}
