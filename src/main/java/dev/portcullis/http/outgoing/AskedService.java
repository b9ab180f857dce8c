package dev.portcullis.http.outgoing;

import dev.portcullis.config.Secret;
import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.UserCircuits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A service of the application that is asked about users, in signed JSON. There is one instance for each node, used by all its
 * threads. The service is called within a deadline, through a circuit breaker of the user, and with a bound on the calls in
 * flight. Its answers are remembered for a while; a question without one is asked again by the next attempt.
 */
public final class AskedService<Q, A> implements AutoCloseable {
    private final Settings settings;
    private final OutgoingHttp http;
    private final OutgoingService service;
    private final OutgoingMetrics events;

    /** To each user the service is a target of its own, with what is known of their questions. */
    private final UserCircuits circuits;

    private final AnswerMemory<Q, A> memory;
    private final Reader<A> reader;
    private final Consumer<String> unanswered;
    private final LongSupplier clock;

    /** The settings that the sections of such services have in common. */
    public interface Settings {
        OutgoingUrl url();

        /** The secret that signs the requests. */
        Optional<Secret> secret();

        OutgoingConfig bounds();

        /** How many answers a node remembers. */
        int remembered();

        long rememberMs();

        /** The text of the certificates that are trusted instead of those of the JDK. */
        Optional<String> ca();
    }

    /** Reads an answer; empty if it can't be understood. */
    public interface Reader<A> {
        Optional<A> read(int status, byte[] body);
    }

    /**
     * @param unanswered told why a question has no answer
     * @param clock the time in milliseconds, for the signature
     */
    public AskedService(
            Vertx vertx,
            OutgoingService service,
            Settings settings,
            OutgoingMetrics events,
            Reader<A> reader,
            Consumer<String> unanswered,
            LongSupplier clock) {
        this.settings = settings;
        this.http = OutgoingHttp.open(vertx, settings.bounds(), settings.ca());
        this.service = service;
        this.events = events;
        this.circuits =
                new UserCircuits(settings.bounds().breaker(), settings.bounds().inFlightPerTarget());
        this.memory = new AnswerMemory<>(settings.remembered(), settings.rememberMs());
        this.reader = reader;
        this.unanswered = unanswered;
        this.clock = clock;
    }

    /** The circuit breaker's position: open while the service answers no question, for no user. */
    public CircuitBreaker.Pass position() {
        return circuits.position();
    }

    /**
     * Asks the service, or the memory; empty without an answer. It fails only for a bug.
     *
     * @param json the question as the service gets it
     */
    public Future<Optional<A>> ask(Q question, UserId user, Supplier<byte[]> json) {
        long askedAt = System.nanoTime();
        Optional<A> known = memory.find(question, askedAt);
        return known.isPresent()
                ? Future.succeededFuture(known)
                : send(user, json.get())
                        .onSuccess(answer -> answer.ifPresent(each -> memory.add(question, each, askedAt)));
    }

    @Override
    public void close() {
        http.close();
    }

    private Future<Optional<A>> send(UserId user, byte[] json) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json");
        settings.secret()
                .ifPresent(secret -> headers.putAll(RequestSignature.headers(secret, clock.getAsLong(), json)));
        OutgoingTarget target = new OutgoingTarget(service, settings.url(), events, circuits.of(user), () -> false);
        return http.send(
                        target,
                        OutgoingRequest.post(headers, Buffer.buffer(json)).asIdempotent())
                .map(this::read);
    }

    private Optional<A> read(Result<OutgoingAnswer, Why> result) {
        Optional<A> answer = result.fold(
                answered -> reader.read(answered.status(), answered.body().getBytes()), why -> Optional.empty());
        if (answer.isEmpty()) {
            unanswered.accept(result.fold(
                    answered -> "status_" + answered.status(), why -> why.name().toLowerCase(Locale.ROOT)));
        }
        return answer;
    }
}
