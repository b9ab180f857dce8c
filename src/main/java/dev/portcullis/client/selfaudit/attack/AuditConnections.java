package dev.portcullis.client.selfaudit.attack;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Opens the connections of an audit, and remembers those that are open, so that a stop ends them all. */
final class AuditConnections {
    /** Ends TLS handshakes that go on byte by byte: a timeout of the socket begins again with each. */
    private static final ScheduledExecutorService CLOCK =
            Executors.newSingleThreadScheduledExecutor(AuditConnections::daemon);

    private final int patienceMs;
    private final SSLSocketFactory trust;
    private final List<RawSocket> open = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;
    private volatile boolean undoing;
    private volatile boolean heard;

    /** @param trust the certificates that the auditor believes; tokens go to no other server (CWE-295) */
    AuditConnections(int patienceMs, SSLSocketFactory trust) {
        this.patienceMs = patienceMs;
        this.trust = trust;
    }

    RawSocket connect(String host, int port, boolean tls) throws IOException {
        Socket socket = plain(host, port);
        try {
            RawSocket raw = new RawSocket(tls ? secured(socket, host, port) : socket, patienceMs, () -> heard = true);
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

    /** A TCP connection, which its caller ends. */
    Socket plain(String host, int port) throws IOException {
        if (isBarred()) {
            throw new InterruptedIOException("the audit was stopped");
        }
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(host, port), patienceMs);
        socket.setSoTimeout(patienceMs);
        return socket;
    }

    private Socket secured(Socket socket, String host, int port) throws IOException {
        SSLSocket secured = (SSLSocket) trust.createSocket(socket, host, port, true);
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
                patienceMs,
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

    /** Whether any byte of the server has been read. */
    boolean isHeard() {
        return heard;
    }

    /** Ends all connections, and lets no other be opened. */
    void stop() {
        stopped = true;
        close();
    }

    boolean isStopped() {
        return stopped;
    }

    /** Whether no connection is opened any more. */
    boolean isBarred() {
        return stopped && !undoing;
    }

    /** Lets connections be opened behind a stop, for as long as what was made is removed. */
    void undoing(boolean now) {
        undoing = now;
    }

    /** Ends those that are open. */
    void close() {
        open.forEach(RawSocket::close);
        open.clear();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "audit-clock");
        thread.setDaemon(true);
        return thread;
    }
}
