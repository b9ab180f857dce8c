package dev.portcullis.kit;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy to a server on loopback that can delay each answer, or hold back a request that contains a text, or all
 * answers from such a request on.
 */
public final class DelayProxy {
    private final Vertx vertx;
    private final NetClient client;
    private final NetServer server;
    private final AtomicLong delayMs = new AtomicLong();
    private volatile String heldText = "";
    private volatile boolean heldBack;
    private volatile String answersHeldFrom = "";
    private final List<Answers> answers = new CopyOnWriteArrayList<>();

    private DelayProxy(Vertx vertx, int port) {
        this.vertx = vertx;
        this.client = vertx.createNetClient();
        this.server = vertx.createNetServer().connectHandler(peer -> {
            peer.pause();
            client.connect(port, "127.0.0.1")
                    .onSuccess(target -> join(peer, target))
                    .onFailure(refused -> peer.close());
        });
    }

    public static DelayProxy to(Vertx vertx, int port) throws Exception {
        DelayProxy proxy = new DelayProxy(vertx, port);
        proxy.server.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS);
        return proxy;
    }

    public int port() {
        return server.actualPort();
    }

    public void delayBy(long millis) {
        delayMs.set(millis);
    }

    /** From now on nothing more is passed on of a connection whose client sends this text. */
    public void holdBack(String text) {
        heldText = text;
    }

    public boolean hasHeldBack() {
        return heldBack;
    }

    /** From now on each request is passed on, and no answer to a client that has sent this text. */
    public void holdAnswersFrom(String text) {
        answersHeldFrom = text;
    }

    /** Passes on all answers, beginning with those that were held back. */
    public void passAnswers() {
        answersHeldFrom = "";
        answers.forEach(Answers::pass);
    }

    private void join(NetSocket peer, NetSocket target) {
        Answers toPeer = new Answers(peer);
        answers.add(toPeer);
        target.handler(toPeer);
        peer.handler(new Passing(target, toPeer));
        peer.closeHandler(gone -> target.close());
        target.closeHandler(gone -> peer.close());
        peer.resume();
    }

    /** What one client is answered. */
    private final class Answers implements Handler<Buffer> {
        private final NetSocket peer;
        private final List<Buffer> held = new ArrayList<>();
        private boolean holding;

        Answers(NetSocket peer) {
            this.peer = peer;
        }

        @Override
        public synchronized void handle(Buffer bytes) {
            long delay = delayMs.get();
            if (holding) {
                held.add(bytes);
            } else if (delay == 0) {
                peer.write(bytes);
            } else {
                vertx.setTimer(delay, due -> peer.write(bytes));
            }
        }

        synchronized void hold() {
            holding = true;
        }

        synchronized void pass() {
            holding = false;
            held.forEach(peer::write);
            held.clear();
        }
    }

    /** What one client sends. The text may be in two of its packets. */
    private final class Passing implements Handler<Buffer> {
        private final NetSocket target;
        private final Answers answers;
        private String last = "";
        private boolean stopped;

        Passing(NetSocket target, Answers answers) {
            this.target = target;
            this.answers = answers;
        }

        @Override
        public void handle(Buffer bytes) {
            String text = heldText;
            String silencing = answersHeldFrom;
            String seen = last + bytes.toString(StandardCharsets.ISO_8859_1);
            if (!stopped && !text.isEmpty() && seen.contains(text)) {
                stopped = true;
                heldBack = true;
            }
            if (!silencing.isEmpty() && seen.contains(silencing)) {
                answers.hold();
            }
            if (!stopped) {
                int longest = Math.max(text.length(), silencing.length());
                last = seen.substring(Math.max(0, seen.length() - Math.max(0, longest - 1)));
                target.write(bytes);
            }
        }
    }
}
