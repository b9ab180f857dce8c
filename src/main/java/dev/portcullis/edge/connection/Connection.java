package dev.portcullis.edge.connection;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.anomaly.AnomalyWatch;
import dev.portcullis.edge.anomaly.SessionWatch;
import dev.portcullis.edge.connection.ConnectionSession.Registration;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedMessage;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.ratelimit.ConnectionBudget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client: what it sends, what it is sent, and what is known of it. Used on its event loop only. */
public final class Connection implements ClientTransport.Listener, FrameRecipient {
    private final RemoteClient client;
    private final Dependencies dependencies;
    private final CloseListener closeListener;
    private final ConnectionBudget budget;
    private final ConnectionSubscriptions subscriptions;
    private final ClearableReference<Connection> reference = new ClearableReference<>(this);
    private final FrameSequence frames;
    private final InboxCursor inbox = new InboxCursor();
    private @Nullable ClientTransport transport;
    private @Nullable ConnectionSession attached;
    private State state = State.CONNECTING;
    private @Nullable FrameHandler<Connection> frameHandler;
    private long authBy = Long.MAX_VALUE;
    private long deadline = Long.MAX_VALUE;
    private long framedAt = System.nanoTime();
    private @Nullable Promise<Void> pendingReplay;
    private int checks;

    /** The phases of a connection, in order. It never returns to an earlier one. */
    enum State {
        /** Upgraded; takes no frames. A connection that is upgraded only to be refused closes from here. */
        CONNECTING,

        /** Takes frames of a client without a session: the first frame must authenticate. */
        ANONYMOUS,

        /** Has a session, and its frames may be admitted. */
        OPEN,

        /** Its session has ended with the incarnation of this node: frames are answered, but none is admitted. */
        LEASE_LOST,

        /** Takes no more frames. */
        CLOSING;

        /** The later of the two: a connection that closes does not open again. */
        State to(State next) {
            return next.compareTo(this) > 0 ? next : this;
        }

        boolean takesFrames() {
            return this != CONNECTING && this != CLOSING;
        }
    }

    /** The parts of its edge instance that a connection uses. */
    public record Dependencies(
            LoopSubscribers subscribers,
            ReplyWriter replies,
            Metrics metrics,
            SocketConfig limits,
            MemoryBudget memory,
            AnomalyWatch anomaly) {}

    /** Is called once for each connection that is closed. */
    public interface CloseListener {
        void onClosed(Connection connection);
    }

    public Connection(
            RemoteClient client, Dependencies dependencies, CloseListener closeListener, ConnectionBudget budget) {
        this.client = client;
        this.dependencies = dependencies;
        this.closeListener = closeListener;
        this.subscriptions = new ConnectionSubscriptions(dependencies.subscribers());
        this.budget = budget;
        this.frames = new FrameSequence(dependencies.limits(), dependencies.memory(), budget, this::handle);
    }

    public void bind(ClientTransport opened) {
        transport = opened;
        frames.bind(opened);
    }

    /**
     * Starts to take frames, which go to this handler. Closes the connection if it has no session by the deadline.
     *
     * @param authDeadline in {@link System#nanoTime()}: a wall clock that is set back would leave the client more time
     */
    public void acceptFrames(FrameHandler<Connection> firstHandler, long authDeadline) {
        state = state.to(State.ANONYMOUS);
        frameHandler = firstHandler;
        authBy = authDeadline;
    }

    /** Attaches a session to the connection: its frames go to this handler from now on. */
    public void attach(Registration registered, FrameHandler<Connection> framePath, int frameBytes) {
        Session opened = registered.session();
        state = state.to(State.OPEN);
        attached = new ConnectionSession(
                registered,
                dependencies
                        .anomaly()
                        .begin(
                                opened.sender().userId(),
                                () -> identified().flatMap(Session::family),
                                event -> client.event(event, identified())));
        budget.setRole(opened.sender().role());
        frameHandler = framePath;
        deadline = opened.expiresAt();
        framedAt = System.nanoTime();
        transport().allow(frameBytes);
    }

    void renew(Registration renewed) {
        Session session = renewed.session();
        attached().renew(renewed);
        budget.setRole(session.sender().role());
        deadline = session.expiresAt();
    }

    void protect(CsrfTokens tokens) {
        attached().protect(tokens);
    }

    public boolean acceptsCsrf(Optional<String> presented) {
        return attached == null || attached.acceptsCsrf(presented);
    }

    @Override
    public void message(byte[] utf8) {
        if (!state.takesFrames()) {
            return;
        }
        framedAt = System.nanoTime();
        frames.received(utf8);
    }

    @Override
    public boolean awaitsAnswer() {
        return frames.isBusy();
    }

    @Override
    public void violated(CloseCode code) {
        dependencies.replies().protocolViolation(this, code);
    }

    @Override
    public void closing() {
        beginClosing();
    }

    @Override
    public void closed() {
        reference.clear();
        beginClosing();
        subscriptions.end(this);
        watched().ifPresent(SessionWatch::ended);
        client.slot().release();
        closeListener.onClosed(this);
        endReplay();
    }

    @Override
    public void send(ServerFrame frame) {
        transport().send(frame);
    }

    @Override
    public void deliver(SharedMessage message) {
        transport().share(message.in(transport().encoding()));
    }

    public void replay(ServerFrame frame) {
        transport().replay(frame);
    }

    /** Sends stored messages, each as a frame of its own, as the client reads them. */
    public void replay(JsonMessages messages) {
        transport().replay(messages);
    }

    @Override
    public void inboxReached(Position position) {
        inbox.reached(position);
    }

    public InboxCursor inbox() {
        return inbox;
    }

    /**
     * Completes when the client has taken a large reply that was queued, or when the connection is closed; at once where
     * none is queued.
     */
    public Future<Void> replayTaken() {
        if (pendingReplay != null) {
            return pendingReplay.future();
        }
        Promise<Void> replay = Promise.promise();
        pendingReplay = replay;
        transport().whenReplayed(this::endReplay);
        return replay.future();
    }

    @Override
    public void close(CloseCode code) {
        transport().close(code);
    }

    /** Its session has ended with the incarnation of the node that held it: no frame is admitted any more. */
    public void markLeaseLost() {
        state = state.to(State.LEASE_LOST);
    }

    /** Whether its frames may be admitted: it has a session that has not ended as far as this node knows. */
    public boolean mayAct() {
        return state == State.OPEN && !isClosing();
    }

    public void closeAfterFrame(CloseCode code) {
        frames.closeAfterFrame(code);
    }

    /** A reference for timers and callbacks. Empty once the connection is closed. */
    public ClearableReference<Connection> reference() {
        return reference;
    }

    public ConnectionSubscriptions subscriptions() {
        return subscriptions;
    }

    /**
     * Whether it is closed or closing. The transport is asked too: callbacks of what it drops run before it calls {@link
     * #closing}.
     */
    public boolean isClosing() {
        return state == State.CLOSING || transport().closing();
    }

    /** Since the client's last frame, or since its session began. */
    public long frameIdleMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - framedAt);
    }

    /** Begins a series of checks, which ends the one before. */
    int beginChecks() {
        return ++checks;
    }

    boolean isCurrent(int series) {
        return checks == series;
    }

    long announce(long now, long noticeMs) {
        return mayAct() ? attached().announce(this, now, noticeMs) : Long.MAX_VALUE;
    }

    /** @param maxIdleMs how long a session lasts without a frame from its client */
    ConnectionLiveness liveness(long now, long maxIdleMs) {
        long nanos = System.nanoTime();
        return new ConnectionLiveness(
                state == State.ANONYMOUS
                        ? TimeUnit.NANOSECONDS.toMillis(authBy - nanos)
                        : Math.min(deadline - now, maxIdleMs - frameIdleMs()),
                state != State.ANONYMOUS,
                transport().silentFor(nanos) / 1_000_000,
                transport().stuckFor(nanos) / 1_000_000,
                transport().unfinishedFor(nanos) / 1_000_000,
                transport().sincePing(nanos) / 1_000_000);
    }

    public ClientTransport transport() {
        return Objects.requireNonNull(transport);
    }

    public Session session() {
        return registration().session();
    }

    /** The lane of its session. */
    public int lane() {
        return attached().lane();
    }

    /** The keys under which the registry finds it; those of a user only once it has a session. */
    public List<ConnectionKey> keys() {
        return ConnectionKey.of(identified(), client.slot().addressKey());
    }

    Registration registration() {
        return attached().registration();
    }

    @Override
    public Optional<Session> identified() {
        return Optional.ofNullable(attached)
                .map(present -> present.registration().session());
    }

    public SessionWatch watch() {
        return attached().watch();
    }

    @Override
    public Optional<SessionWatch> watched() {
        return Optional.ofNullable(attached).map(ConnectionSession::watch);
    }

    public Sender sender() {
        return session().sender();
    }

    public ConnectionBudget budget() {
        return budget;
    }

    @Override
    public RemoteClient client() {
        return client;
    }

    public Metrics metrics() {
        return dependencies.metrics();
    }

    @Override
    public int frameCount() {
        return frames.count();
    }

    public int newFrames() {
        return frames.countNew();
    }

    private void beginClosing() {
        if (state != State.CLOSING) {
            state = State.CLOSING;
            frames.drop();
        }
    }

    private void handle(byte[] utf8) {
        Future<FrameOutcome> outcome;
        try {
            outcome = Objects.requireNonNull(frameHandler).handle(this, utf8);
        } catch (RuntimeException | Error bug) {
            outcome = Future.failedFuture(bug);
        }
        outcome.onComplete(this::onOutcome, failure -> onOutcome(FrameFailures.bug(failure)));
    }

    private void onOutcome(FrameOutcome outcome) {
        transport().inHand(0);
        if (!isClosing()) {
            dependencies.replies().write(this, outcome);
        }
        replayTaken().onComplete(any -> frames.answered());
    }

    private void endReplay() {
        Promise<Void> replay = pendingReplay;
        pendingReplay = null;
        if (replay != null) {
            replay.complete();
        }
    }

    private ConnectionSession attached() {
        return Objects.requireNonNull(attached);
    }
}
