package dev.portcullis.client.selfaudit.attack;

import dev.portcullis.client.ServerAddress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleConsumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** The server under audit, with what the auditor may use there. Remembers the open connections, so that a stop ends them all. */
public final class AuditTarget implements AutoCloseable {
    /** Says to who reads the server's log what this is. */
    public static final String USER_AGENT = "portcullis-audit/1";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int KEY_BYTES = 16;
    private static final Set<Integer> OF_OURS = Set.of(1008, 4001, 4002, 4003);
    private static final String REFUSED = "a handshake in which nothing is wrong gets ";
    private static final int NOT_FOUND = 404;
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Set<Integer> BROKEN = Set.of(500, 502, 504);
    private static final long CONTROL_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** A server that never answers is not waited for by each probe. */
    private static final int MOST_SILENCES = 2;

    /** Waits for a limit of the server, in a run: it may ask for a wait at each handshake. */
    private static final int MOST_RESTS = 10;

    /** Ends TLS handshakes that go on byte by byte: a timeout of the socket begins again with each. */
    private static final ScheduledExecutorService CLOCK =
            Executors.newSingleThreadScheduledExecutor(AuditTarget::daemon);

    private final ServerAddress server;
    private final AuditScope scope;
    private final AuditUsers users;
    private final SSLSocketFactory trust;
    private final Pace anonymousPace;
    private final Pace userPace;
    private final List<RawSocket> open = new CopyOnWriteArrayList<>();
    private final Deque<Undo> undos = new ArrayDeque<>();
    private volatile boolean stopped;
    private volatile boolean undoing;
    private volatile boolean heard;
    private Optional<Control> control = Optional.empty();
    private long controlAt;
    private int silences;
    private int rests;
    private Optional<String> sharedRoom = Optional.empty();

    /** @param trust the certificates that the auditor believes; tokens go to no other server (CWE-295) */
    public AuditTarget(ServerAddress server, AuditScope scope, AuditUsers users, SSLSocketFactory trust) {
        this.server = server;
        this.scope = scope;
        this.users = users;
        this.trust = trust;
        this.anonymousPace = new Pace(scope.anonymousPerMinute());
        this.userPace = new Pace(scope.usersPerMinute());
    }

    /** A call that removes what a probe has made. */
    private record Undo(String method, String path, List<String> lines) {}

    /** The answer to a handshake, and the connection that goes on behind it. */
    public record Attempt(RawSocket socket, Optional<HttpAnswer> answer) implements AutoCloseable {
        public boolean isUpgraded() {
            return answer.filter(HttpAnswer::isUpgraded).isPresent();
        }

        /** Whether the server says that it has no room now, which says nothing about what was asked. */
        public boolean isTurnedAway() {
            return answer.filter(each -> each.status() == TOO_MANY_REQUESTS || each.status() == SERVICE_UNAVAILABLE)
                    .isPresent();
        }

        /** How long a server that turns one away asks to wait, if that is not long. */
        /** Whether what stands in front of the server can't ask it, or it failed: neither says what it does with what was asked. */
        public boolean isBroken() {
            return answer.filter(each -> BROKEN.contains(each.status())).isPresent();
        }

        /** Whether the answer is none to what was asked. */
        public boolean saysNothing() {
            return isTurnedAway() || isBroken();
        }

        Optional<Long> waitMs() {
            return answer.filter(each -> each.status() == TOO_MANY_REQUESTS)
                    .flatMap(each -> each.header("Retry-After"))
                    .filter(text -> text.matches("\\d{1,2}"))
                    .map(text -> TimeUnit.SECONDS.toMillis(Long.parseLong(text) + 1));
        }

        /** For the report. */
        public String seen() {
            return answer.map(each -> "HTTP " + each.status()).orElse("the end of the connection");
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /**
     * What the server does with a handshake in which nothing is wrong.
     *
     * @param refusal why it is refused, if it is
     * @param isPortcullis whether the server speaks the protocol of this program
     * @param toText what it does with a well-formed text behind it
     */
    public record Control(Optional<String> refusal, boolean isPortcullis, Optional<Reaction> toText) {
        static Control refused(String why) {
            return new Control(Optional.of(why), false, Optional.empty());
        }

        static Control accepted(boolean isPortcullis, Reaction toText) {
            return new Control(Optional.empty(), isPortcullis, Optional.of(toText));
        }
    }

    /** Asked once in a run, if it is answered. */
    public Control control() throws IOException {
        return control.isPresent() ? control.get() : askControl();
    }

    /**
     * What it does with such a handshake now: a refusal of something else says nothing once the server lets no one in, because it
     * has gone, or has banned this address. Without a user, whose handshakes are many, what it did within a minute.
     */
    public Control controlNow() throws IOException {
        boolean isNew = control.isPresent() && System.nanoTime() - controlAt < CONTROL_NANOS;
        return isNew && users.first().isEmpty() ? control() : askControl();
    }

    private Control askControl() throws IOException {
        ProbedHandshake usual = upgrade();
        try (Attempt attempt =
                handshake(users.any("control").map(usual::withToken).orElse(usual))) {
            Control answer = attempt.isUpgraded() ? accepted(attempt) : Control.refused(REFUSED + attempt.seen());
            if (!attempt.saysNothing()) {
                remember(answer);
            }
            return answer;
        } catch (IOException silent) {
            silences++;
            if (silences >= MOST_SILENCES && control.isEmpty() && !isBarred()) {
                remember(Control.refused(REFUSED + "no answer"));
            }
            throw silent;
        }
    }

    private void remember(Control answer) {
        control = Optional.of(answer);
        controlAt = System.nanoTime();
    }

    /**
     * Some servers agree on whatever subprotocol is offered first: what tells is the first frame, or the close code that who has
     * no session gets.
     */
    private static Control accepted(Attempt attempt) throws IOException {
        Reaction toText = attempt.socket().provoke(WireFrame.text("{\"type\":\"health-check\"}"));
        boolean isAgreed = attempt.answer()
                .flatMap(each -> each.header("Sec-WebSocket-Protocol"))
                .filter(ProbedHandshake.SUBPROTOCOL::equals)
                .isPresent();
        boolean isOurs = toText.texts().stream().anyMatch(text -> text.startsWith("{\"type\":\"auth_"))
                || toText.fold(() -> false, OF_OURS::contains, () -> false, () -> false);
        return Control.accepted(isAgreed && isOurs, toText);
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
        return connect(server.host(), server.port(), server.tls());
    }

    private RawSocket connect(String host, int port, boolean tls) throws IOException {
        Socket socket = plain(host, port);
        try {
            RawSocket raw = new RawSocket(tls ? secured(socket) : socket, scope.patienceMs(), () -> heard = true);
            open.add(raw);
            if (isBarred()) {
                raw.close();
            }
            return raw;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /** A connection to the server without TLS, whatever the address says. */
    public RawSocket withoutTls() throws IOException {
        return connect(server.host(), server.port(), false);
    }

    /** A TCP connection to the server, for a TLS client that judges certificates itself. */
    public Socket plain() throws IOException {
        return plain(server.host(), server.port());
    }

    private Socket plain(String host, int port) throws IOException {
        if (isBarred()) {
            throw new InterruptedIOException("the audit was stopped");
        }
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(host, port), scope.patienceMs());
        socket.setSoTimeout(scope.patienceMs());
        return socket;
    }

    private Socket secured(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) trust.createSocket(socket, server.host(), server.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        shakeHands(secured);
        return secured;
    }

    /** The handshake of TLS, within the time that an answer may take. */
    void shakeHands(SSLSocket socket) throws IOException {
        AtomicBoolean late = new AtomicBoolean();
        ScheduledFuture<?> end = CLOCK.schedule(
                () -> {
                    late.set(true);
                    socket.close();
                    return true;
                },
                scope.patienceMs(),
                TimeUnit.MILLISECONDS);
        try {
            socket.startHandshake();
        } catch (IOException failed) {
            if (late.get()) {
                throw new SocketTimeoutException("no handshake of TLS in time");
            }
            throw failed;
        } finally {
            end.cancel(false);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "audit-clock");
        thread.setDaemon(true);
        return thread;
    }

    /** Whether any byte of the server has been read. */
    public boolean isHeard() {
        return heard;
    }

    /** A handshake at a bounded pace. */
    public Attempt handshake(ProbedHandshake request) throws IOException {
        return handshake(request, took -> {});
    }

    /** A handshake at a bounded pace, of which the time is told, in milliseconds and without the wait for the pace. */
    public Attempt handshake(ProbedHandshake request, DoubleConsumer took) throws IOException {
        Pace pace = request.token().filter(users::isValid).isPresent() ? userPace : anonymousPace;
        pause(pace);
        long from = System.nanoTime();
        Attempt attempt = firstOf(request, pace);
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
    private Attempt firstOf(ProbedHandshake request, Pace pace) throws IOException {
        try {
            return handshakeNow(request);
        } catch (ConnectException | NoRouteToHostException | UnknownHostException notThere) {
            pace.giveBack();
            throw notThere;
        }
    }

    /** A handshake that a limit of the server knows not to count, such as one with a foreign Origin. */
    public Attempt uncounted(ProbedHandshake request) throws IOException {
        pause(userPace);
        return handshakeNow(request);
    }

    /** A handshake at once, for the probe that asks whether the server has a limit. */
    public Attempt handshakeNow(ProbedHandshake request) throws IOException {
        RawSocket socket = connect();
        try {
            return new Attempt(socket, socket.request(bytesOf(request)));
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
        List<String> protocols = new ArrayList<>(List.of(ProbedHandshake.SUBPROTOCOL));
        request.token().ifPresent(token -> protocols.add("bearer." + token));
        List<String> lines = new ArrayList<>(List.of(
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: " + key(),
                "Sec-WebSocket-Protocol: " + String.join(", ", protocols)));
        request.origin().ifPresent(origin -> lines.add("Origin: " + origin));
        lines.addAll(scope.headers());
        lines.addAll(request.lines());
        String target = server.target()
                + request.query()
                        .map(query -> (server.target().contains("?") ? "&" : "?") + query)
                        .orElse("");
        return request.edit().apply(requestHead("GET", target, lines));
    }

    private static String key() {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /** The head of a request with these lines, and with what every request of the audit has. */
    public String requestHead(String method, String path, List<String> lines) {
        return requestHead(method, path, authority(server.host(), server.port()), lines);
    }

    private static String requestHead(String method, String path, String host, List<String> lines) {
        StringBuilder head = new StringBuilder(
                method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: " + USER_AGENT + "\r\n");
        lines.forEach(line -> head.append(line).append("\r\n"));
        return head.append("\r\n").toString();
    }

    private static String authority(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** The Host of every request, for a probe that writes its request itself. */
    public String authority() {
        return authority(server.host(), server.port());
    }

    /** A call with a body of JSON, or without one if it is empty; no answer if the server ended the connection. */
    public Optional<HttpAnswer> call(String method, String path, List<String> lines, String json) throws IOException {
        try (RawSocket socket = connect()) {
            return socket.request(callBytes(method, path, authority(), lines, json));
        }
    }

    /** A call of an operator, at the listener for operators. */
    public Optional<HttpAnswer> adminCall(
            AuditScope.AdminListener admin, String method, String path, List<String> lines, String json)
            throws IOException {
        try (RawSocket socket = connect(admin.host(), admin.port(), false)) {
            return socket.request(callBytes(method, path, authority(admin.host(), admin.port()), lines, json));
        }
    }

    private static String callBytes(String method, String path, String host, List<String> lines, String json) {
        List<String> all = new ArrayList<>(lines);
        if (!json.isEmpty()) {
            if (all.stream().noneMatch(line -> line.startsWith("Content-Type:"))) {
                all.add("Content-Type: application/json");
            }
            all.add("Content-Length: " + json.getBytes(StandardCharsets.UTF_8).length);
        }
        all.add("Connection: close");
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return requestHead(method, path, host, all) + new String(body, StandardCharsets.ISO_8859_1);
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
        stopped = true;
        close();
    }

    private boolean isBarred() {
        return stopped && !undoing;
    }

    public boolean isStopped() {
        return stopped;
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
        undoing = true;
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
        undoing = false;
        return left;
    }

    /** Ends what a probe has left open. */
    @Override
    public void close() {
        open.forEach(RawSocket::close);
        open.clear();
    }
}
