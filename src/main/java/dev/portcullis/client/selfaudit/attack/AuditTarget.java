package dev.portcullis.client.selfaudit.attack;

import dev.portcullis.client.ServerAddress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** The server under audit, with what the auditor may use there. Remembers the open connections, so that a stop ends them all. */
public final class AuditTarget implements AutoCloseable {
    /** Says to who reads the server's log what this is. */
    public static final String USER_AGENT = AuditRequests.USER_AGENT;

    private static final int NOT_FOUND = 404;

    /** Waits for a limit of the server, in a run: it may ask for a wait at each handshake. */
    private static final int MOST_RESTS = 10;

    private final ServerAddress server;
    private final AuditScope scope;
    private final AuditUsers users;
    private final AuditConnections connections;
    private final AuditRequests requests;
    private final ControlHandshake control;
    private final Pace anonymousPace;
    private final Pace userPace;
    private final Deque<Undo> undos = new ArrayDeque<>();
    private int rests;
    private Optional<String> sharedRoom = Optional.empty();

    /** @param trust the certificates that the auditor believes; tokens go to no other server (CWE-295) */
    public AuditTarget(ServerAddress server, AuditScope scope, AuditUsers users, SSLSocketFactory trust) {
        this.server = server;
        this.scope = scope;
        this.users = users;
        this.connections = new AuditConnections(scope.patienceMs(), trust);
        this.requests = new AuditRequests(server, scope.headers());
        this.control = new ControlHandshake(this::usualHandshake, connections::isBarred);
        this.anonymousPace = new Pace(scope.anonymousPerMinute());
        this.userPace = new Pace(scope.usersPerMinute());
    }

    /** A call that removes what a probe has made. */
    private record Undo(String method, String path, List<String> lines) {}

    /** What the server does with a handshake in which nothing is wrong. Asked once in a run, if it is answered. */
    public ControlAnswer control() throws IOException {
        return control.once();
    }

    /**
     * What it does with such a handshake now: a refusal of something else says nothing once the server lets no one in, because it
     * has gone, or has banned this address. Without a user, whose handshakes are many, what it did within a minute.
     */
    public ControlAnswer controlNow() throws IOException {
        return users.first().isEmpty() ? control.recent() : control.ask();
    }

    private HandshakeAttempt usualHandshake() throws IOException {
        ProbedHandshake usual = upgrade();
        return handshake(users.any("control").map(usual::withToken).orElse(usual));
    }

    public ServerAddress server() {
        return server;
    }

    public AuditScope scope() {
        return scope;
    }

    public AuditUsers users() {
        return users;
    }

    /** A handshake as a well-behaved client of this server sends it. */
    public ProbedHandshake upgrade() {
        return ProbedHandshake.of(scope.origin());
    }

    /** Connects, with TLS where the address says so. */
    public RawSocket connect() throws IOException {
        return connections.connect(server.host(), server.port(), server.tls());
    }

    /** A connection to the server without TLS, whatever the address says. */
    public RawSocket withoutTls() throws IOException {
        return connections.connect(server.host(), server.port(), false);
    }

    /** A TCP connection to the server, for a TLS client that judges certificates itself. */
    public Socket plain() throws IOException {
        return connections.plain(server.host(), server.port());
    }

    /** The handshake of TLS, within the time that an answer may take. */
    void shakeHands(SSLSocket socket) throws IOException {
        connections.shakeHands(socket);
    }

    /** Whether any byte of the server has been read. */
    public boolean isHeard() {
        return connections.isHeard();
    }

    /** A handshake at a bounded pace. */
    public HandshakeAttempt handshake(ProbedHandshake request) throws IOException {
        return handshake(request, took -> {});
    }

    /** A handshake at a bounded pace, of which the time is told, in milliseconds and without the wait for the pace. */
    public HandshakeAttempt handshake(ProbedHandshake request, DoubleConsumer took) throws IOException {
        Pace pace = request.token().filter(users::isValid).isPresent() ? userPace : anonymousPace;
        pause(pace);
        long from = System.nanoTime();
        HandshakeAttempt attempt = firstOf(request, pace);
        Optional<Long> wait = attempt.waitMs();
        if (wait.isPresent() && rests < MOST_RESTS) { // others behind this address may have used up its limit
            rests++;
            attempt.close();
            rest(wait.get());
            from = System.nanoTime();
            attempt = handshakeNow(request);
        }
        took.accept((System.nanoTime() - from) / (double) TimeUnit.MILLISECONDS.toNanos(1));
        return attempt;
    }

    /** What reached no server counts for no limit of one. */
    private HandshakeAttempt firstOf(ProbedHandshake request, Pace pace) throws IOException {
        try {
            return handshakeNow(request);
        } catch (ConnectException | NoRouteToHostException | UnknownHostException notThere) {
            pace.giveBack();
            throw notThere;
        }
    }

    /** A handshake that a limit of the server knows not to count, such as one with a foreign Origin. */
    public HandshakeAttempt uncounted(ProbedHandshake request) throws IOException {
        pause(userPace);
        return handshakeNow(request);
    }

    /** A handshake at once, for the probe that asks whether the server has a limit. */
    public HandshakeAttempt handshakeNow(ProbedHandshake request) throws IOException {
        RawSocket socket = connect();
        try {
            return new HandshakeAttempt(socket, socket.request(bytesOf(request)));
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private static void rest(long ms) throws InterruptedIOException {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the audit was stopped");
        }
    }

    private static void pause(Pace pace) throws InterruptedIOException {
        try {
            pace.take();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the audit was stopped");
        }
    }

    /** The bytes of a handshake. */
    public String bytesOf(ProbedHandshake request) {
        return requests.handshake(request);
    }

    /** The head of a request with these lines, and with what every request of the audit has. */
    public String requestHead(String method, String path, List<String> lines) {
        return AuditRequests.head(method, path, authority(), lines);
    }

    /** The Host of every request, for a probe that writes its request itself. */
    public String authority() {
        return requests.authority();
    }

    /** A call with a body of JSON, or without one if it is empty; no answer if the server ended the connection. */
    public Optional<HttpAnswer> call(String method, String path, List<String> lines, String json) throws IOException {
        try (RawSocket socket = connect()) {
            return socket.request(AuditRequests.call(method, path, authority(), lines, json));
        }
    }

    /** A call of an operator, at the listener for operators. */
    public Optional<HttpAnswer> adminCall(
            AuditScope.AdminListener admin, String method, String path, List<String> lines, String json)
            throws IOException {
        try (RawSocket socket = connections.connect(admin.host(), admin.port(), false)) {
            return socket.request(
                    AuditRequests.call(method, path, AuditRequests.authority(admin.host(), admin.port()), lines, json));
        }
    }

    /** The room that the probes of a run share where users are given. */
    public Optional<String> sharedRoom() {
        return sharedRoom;
    }

    public void shareRoom(String id) {
        sharedRoom = Optional.of(id);
    }

    public void forgetSharedRoom() {
        sharedRoom = Optional.empty();
    }

    /** Ends all connections, and lets no other be opened. */
    public void stop() {
        connections.stop();
    }

    public boolean isStopped() {
        return connections.isStopped();
    }

    /**
     * Remembers how to remove what a probe has made.
     *
     * @param lines the header lines of the call
     */
    public void undoLater(String method, String path, List<String> lines) {
        undos.addFirst(new Undo(method, path, List.copyOf(lines)));
    }

    /** Removes what the probes have made, also behind a stop; returns what could not be removed. */
    public List<String> undo() {
        connections.undoing(true);
        List<String> left = new ArrayList<>();
        while (!undos.isEmpty()) {
            Undo next = undos.removeFirst();
            try {
                Optional<HttpAnswer> answer = call(next.method(), next.path(), next.lines(), "");
                if (answer.filter(each -> each.status() < 300 || each.status() == NOT_FOUND)
                        .isEmpty()) {
                    left.add(next.path());
                }
            } catch (IOException failed) {
                left.add(next.path());
            }
        }
        connections.undoing(false);
        return left;
    }

    /** Ends what a probe has left open. */
    @Override
    public void close() {
        connections.close();
    }
}
