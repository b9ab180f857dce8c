package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.config;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.auth.key.IssuerServer;
import dev.portcullis.auth.key.KeyFetchResult;
import dev.portcullis.auth.key.KeyOrigin;
import dev.portcullis.auth.key.KeyOrigin.OfServer;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.KeysConfig;
import dev.portcullis.auth.key.TestKeys;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.config.Live;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.CountedMetrics;
import dev.portcullis.kit.Loops;
import dev.portcullis.protocol.Role;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of issuers whose keys come from a server, over real sockets. */
@ExtendWith(VertxExtension.class)
class FetchedKeysTokenTest {
    private static final String JWKS = "/jwks";
    private static final String DISCOVERY = "/realms/chat/.well-known/openid-configuration";
    private static final TestKeys OLD = TestKeys.of("ES256", "old");
    private static final TestKeys NEW = TestKeys.of("RS256", "new");

    /** Each is of another user. A signature takes long, and a read that they wait for ends by itself. */
    private static final List<String> MANY = IntStream.range(0, 400)
            .mapToObj(i -> NEW.token("RS256", forUs().replace("ann", "ann" + i)))
            .toList();

    private static final KeysConfig PATIENT = patient(600_000, 600_000);

    private Vertx vertx;
    private WorkerPool workers;
    private final CountedMetrics counted = new CountedMetrics();
    private final List<KeyRing> rings = new ArrayList<>();
    private IssuerServer server;

    @BeforeEach
    void listen(Vertx fresh) throws Exception {
        vertx = fresh;
        workers = new WorkerPool(vertx, "token", new WorkerPool.Config(2, 64, 30_000), () -> {});
        server = new IssuerServer(vertx);
        server.put(JWKS, set(OLD));
    }

    @AfterEach
    void close() throws Exception {
        rings.forEach(KeyRing::close);
        workers.close();
        assertThat(counted.count(Metric.SIGNATURES_REFUSED))
                .as("no thread was free")
                .isZero();
    }

    @Test
    void token_of_a_fetched_key_is_valid_and_the_set_is_read_once() throws Exception {
        TokenVerifier verifier = verifier(jwks());

        assertThat(verify(verifier, token(OLD, "ES256"))).isInstanceOf(TokenVerification.Valid.class);
        assertThat(server.count(JWKS)).isEqualTo(1);
    }

    @Test
    void added_key_is_read_for_its_first_token_and_the_old_one_stays_valid() throws Exception {
        TokenVerifier verifier = verifier(jwks());
        server.put(JWKS, set(OLD, NEW));

        assertThat(verify(verifier, token(NEW, "RS256"))).isInstanceOf(TokenVerification.Valid.class);
        assertThat(verify(verifier, token(OLD, "ES256"))).isInstanceOf(TokenVerification.Valid.class);
        assertThat(server.count(JWKS)).isEqualTo(2);
    }

    @Test
    void key_that_a_new_set_misses_stays_in_use_so_that_a_rotation_refuses_no_token() throws Exception {
        TokenVerifier verifier = verifier(jwks());
        server.put(JWKS, set(NEW));
        assertThat(verify(verifier, token(NEW, "RS256"))).isInstanceOf(TokenVerification.Valid.class);

        assertThat(verify(verifier, token(OLD, "ES256"))).isInstanceOf(TokenVerification.Valid.class);
    }

    /** Its issuer may have withdrawn it because others have it. */
    @Test
    void withdrawn_key_is_out_of_use_at_once_if_the_operator_says_so_also_for_verified_tokens() throws Exception {
        KeyRing ring = ring(patient(600_000, 0));
        TokenVerifier verifier = verifier(ring, jwks());
        String token = token(OLD, "ES256");
        assertThat(verify(verifier, token)).isInstanceOf(TokenVerification.Valid.class);
        server.put(JWKS, set(NEW));
        assertThat(verify(verifier, token(NEW, "RS256"))).isInstanceOf(TokenVerification.Valid.class);

        assertThat(verify(verifier, token)).isEqualTo(TokenVerification.invalid(TokenDefect.UNKNOWN_KEY));
    }

    @Test
    void regular_read_finds_the_new_set_without_any_token() throws Exception {
        KeyRing ring = ring(patient(50, 0));
        TokenVerifier verifier = verifier(ring, jwks());
        server.put(JWKS, set(NEW));
        int before = server.count(JWKS);
        assertThat(Await.until(() -> server.count(JWKS) >= before + 3))
                .as("an answer that came behind it was taken")
                .isTrue();

        assertThat(verify(verifier, token(OLD, "ES256"))).matches(Tokens::isInvalid, "invalid");
    }

    @Test
    void flood_of_unknown_keys_causes_four_reads_at_most_and_known_keys_stay_valid() throws Exception {
        TokenVerifier verifier = verifier(jwks());
        List<TokenVerification> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(verify(verifier, new TestKeys("invented-" + i, OLD.pair()).token("ES256", forUs())));
        }

        assertThat(all).containsOnly(TokenVerification.invalid(TokenDefect.UNKNOWN_KEY));
        assertThat(server.count(JWKS)).isEqualTo(1 + 4);
        assertThat(verify(verifier, token(OLD, "ES256"))).isInstanceOf(TokenVerification.Valid.class);
    }

    @Test
    void tokens_that_come_while_the_set_is_read_share_one_read() throws Exception {
        TokenVerifier verifier = verifier(ring(PATIENT), jwks());
        Promise<String> answer = Promise.promise();
        server.answer(
                JWKS,
                request -> answer.future().onSuccess(keys -> request.response().end(keys)));
        List<Future<TokenVerification>> waiting =
                MANY.stream().limit(50).map(verifier::verify).toList();
        answer.complete(set(OLD, NEW));

        assertThat(done(Future.all(waiting)).<TokenVerification>list())
                .hasSize(50)
                .hasOnlyElementsOfType(TokenVerification.Valid.class);
        assertThat(server.count(JWKS)).isEqualTo(2);
    }

    /** The instances of the stage share the ring; each has a verifier, which is used on its event loop alone. */
    @RepeatedTest(10)
    void tokens_that_come_while_the_read_ends_cause_no_other() throws Exception {
        KeyRing ring = ring(PATIENT);
        Loops loops = Loops.of(vertx);
        TokenVerifier first = verifier(ring, jwks());
        List<TokenVerifier> verifiers = List.of(verifier(ring, jwks()), verifier(ring, jwks()));
        server.put(JWKS, set(OLD, NEW));

        List<Future<TokenVerification>> all = new ArrayList<>();
        all.add(first.verify(MANY.get(0))); // begins the read, on a third event loop
        for (int i = 1; i < MANY.size(); i++) {
            all.add(verifyOn(i % 2 == 0 ? loops.one() : loops.other(), verifiers.get(i % 2), MANY.get(i)));
        }

        assertThat(done(Future.all(all)).<TokenVerification>list())
                .hasOnlyElementsOfType(TokenVerification.Valid.class);
        assertThat(server.count(JWKS)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "status", "redirect", "huge", "no keys", "closed"})
    void last_good_set_survives_a_server_that_fails(String failure) throws Exception {
        TokenVerifier verifier = verifier(jwks());
        fail(failure);

        assertThatThrownBy(() -> verify(verifier, token(NEW, "RS256"))).isInstanceOf(AnswerUnavailable.class);
        assertThat(verify(verifier, token(OLD, "ES256"))).isInstanceOf(TokenVerification.Valid.class);
        assertThat(results(counted))
                .as("what failed is read again after a second")
                .hasSize(2)
                .contains(KeyFetchResult.OK);
        assertThat(rings.get(0).state()).isEqualTo(KeyRing.State.STALE);
    }

    /** The edge asks with a deadline of its own, and would blame the stage. */
    @Test
    void token_of_an_unknown_key_does_not_wait_for_a_silent_server() throws Exception {
        TokenVerifier verifier = verifier(ring(patient(600_000, 600_000, 50)), jwks());
        server.answer(JWKS, request -> {});
        AtomicLong ended = new AtomicLong();
        Future<TokenVerification> verification =
                verifier.verify(token(NEW, "RS256")).onComplete(any -> ended.set(counted.count(Metric.KEY_FETCHES)));

        assertThatThrownBy(() -> done(verification)).isInstanceOf(AnswerUnavailable.class);
        assertThat(ended).as("the second read goes on").hasValue(1);
        assertThat(results(counted)).contains(KeyFetchResult.OK);
        assertThat(verify(verifier, token(OLD, "ES256"))).isInstanceOf(TokenVerification.Valid.class);
    }

    @Test
    void issuer_that_is_down_at_the_start_is_unavailable_until_it_is_back_and_others_work() throws Exception {
        server.answer(JWKS, request -> request.response().setStatusCode(503).end());
        IssuerConfig own = Tokens.issuer(Optional.of("own"), Optional.empty());
        IssuerConfig theirs = issuer(origin(OfServer.Kind.JWKS, JWKS, Set.of()), Optional.of("them"), "t:");
        TokenVerifier verifier = verifier(ring(PATIENT), own, theirs);
        String token = OLD.token("ES256", forUs(",\"iss\":\"them\""));

        assertThatThrownBy(() -> verify(verifier, token)).isInstanceOf(AnswerUnavailable.class);
        assertThat(verify(verifier, Tokens.signed(Tokens.HEADER, claims(",\"iss\":\"own\""))))
                .isInstanceOf(TokenVerification.Valid.class);
        assertThat(rings.get(0).isMissing(theirs.keyOwner())).isTrue();
        server.put(JWKS, set(OLD));
        assertThat(Await.until(() -> rings.get(0).state() == KeyRing.State.FRESH))
                .isTrue();
        assertThat(verify(verifier, token)).isInstanceOf(TokenVerification.Valid.class);
    }

    @Test
    void discovery_and_an_audience_are_enough() throws Exception {
        discover(server.url("/realms/chat"), server.url(JWKS));
        TokenVerifier verifier = verifier(discovery(Set.of()));

        assertThat(userOf(verifier, server.url("/realms/chat"))).contains("ann");
        assertThat(userOf(verifier, server.url("/realms/chat/")))
                .as("iss must be exact")
                .isEmpty();
        assertThat(userOf(verifier, server.url("/realms/other"))).isEmpty();
        assertThat(userOf(verifier, server.url("/realms/chat#"))).isEmpty();
    }

    /** As of Auth0. */
    @Test
    void issuer_with_a_slash_at_its_end_is_exactly_that() throws Exception {
        discover(server.url("/realms/chat/"), server.url(JWKS));
        TokenVerifier verifier = verifier(discovery(Set.of()));

        assertThat(userOf(verifier, server.url("/realms/chat/"))).contains("ann");
        assertThat(userOf(verifier, server.url("/realms/chat"))).isEmpty();
    }

    @Test
    void discovery_document_of_another_issuer_is_refused() throws Exception {
        for (String issuer : List.of("https://attacker.example", server.url("/realms/other"), server.url("/realms"))) {
            discover(issuer, server.url(JWKS));
            assertThat(firstFetch(Set.of())).as(issuer).isEqualTo(KeyFetchResult.WRONG_ISSUER);
        }
        assertThat(server.count(JWKS)).isZero();
    }

    @Test
    void foreign_host_of_the_keys_must_be_listed() throws Exception {
        String elsewhere = server.url(JWKS).replace("127.0.0.1", "localhost");
        discover(server.url("/realms/chat"), elsewhere);
        assertThat(firstFetch(Set.of())).isEqualTo(KeyFetchResult.FOREIGN_HOST);
        assertThat(server.count(JWKS)).isZero();

        assertThat(firstFetch(Set.of("localhost"))).isEqualTo(KeyFetchResult.OK);
    }

    @Test
    void url_of_the_keys_that_is_neither_https_nor_of_this_machine_is_refused() throws Exception {
        for (String url :
                List.of("http://keys.example/jwks", "file:///etc/passwd", "https://127.0.0.1@keys.example/", "/jwks")) {
            discover(server.url("/realms/chat"), url);
            assertThat(firstFetch(Set.of("keys.example"))).as(url).isEqualTo(KeyFetchResult.FOREIGN_HOST);
        }
    }

    /** A change of other settings must not lose the keys, and a retired issuer is not asked any more. */
    @Test
    void set_survives_a_change_of_issuers_that_keeps_it_and_ends_with_one_that_does_not() throws Exception {
        KeyRing ring = ring(PATIENT);
        TokenVerifier before = verifier(ring, jwks());
        assertThat(verify(before, token(OLD, "ES256"))).isInstanceOf(TokenVerification.Valid.class);
        fail("closed");
        ring.retain(Set.of(jwks().keyOwner()));

        assertThat(verify(verifier(ring, jwks()), token(OLD, "ES256"))).isInstanceOf(TokenVerification.Valid.class);
        ring.retain(Set.of());
        assertThat(ring.isMissing(jwks().keyOwner())).isFalse();
        assertThat(counted.measured(Metric.KEY_SET_AGE_SECONDS)).isZero();
    }

    private void fail(String how) {
        switch (how) {
            case "garbage" -> server.put(JWKS, "<html>");
            case "status" ->
                server.answer(
                        JWKS, request -> request.response().setStatusCode(500).end(set(NEW)));
            case "redirect" ->
                server.answer(
                        JWKS,
                        request -> request.response()
                                .setStatusCode(302)
                                .putHeader("Location", server.url("/other"))
                                .end());
            case "huge" -> server.put(JWKS, set(NEW) + " ".repeat(300_000));
            case "no keys" -> server.put(JWKS, "{\"keys\":[]}");
            default -> server.close();
        }
    }

    private void discover(String issuer, String jwks) {
        server.put(DISCOVERY, "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + jwks + "\",\"x\":[1]}");
    }

    private Optional<String> userOf(TokenVerifier verifier, String iss) throws Exception {
        return verify(verifier, OLD.token("ES256", forUs(",\"iss\":\"" + iss + "\"")))
                .fold(claims -> Optional.of(claims.userId().value()), invalid -> Optional.empty());
    }

    private IssuerConfig jwks() {
        return issuer(origin(OfServer.Kind.JWKS, JWKS, Set.of()), Optional.empty(), "");
    }

    private IssuerConfig discovery(Set<String> hosts) {
        return issuer(origin(OfServer.Kind.DISCOVERY, DISCOVERY, hosts), Optional.empty(), "");
    }

    private KeyOrigin origin(OfServer.Kind kind, String path, Set<String> hosts) {
        String url = server.url(path);
        return new OfServer(kind, url, OutgoingUrl.parse(url).orElseThrow(), hosts, Set.of());
    }

    private static IssuerConfig issuer(KeyOrigin origin, Optional<String> name, String prefix) {
        return new IssuerConfig(
                origin.defaultAlgorithms(),
                origin,
                name,
                Optional.of("chat"),
                prefix,
                Role.MEMBER,
                false,
                ClaimNames.STANDARD,
                Map.of(),
                false);
    }

    /** Of a ring of its own: those before it read again what failed. */
    private KeyFetchResult firstFetch(Set<String> hosts) throws Exception {
        CountedMetrics own = new CountedMetrics();
        TokenVerifier unused = verifier(ring(PATIENT, own), discovery(hosts));
        assertThat(results(own)).hasSize(1);
        return results(own).get(0);
    }

    private KeyRing ring(KeysConfig config) {
        return ring(config, counted);
    }

    private KeyRing ring(KeysConfig config, CountedMetrics counting) {
        KeyRing ring = new KeyRing(vertx, workers, config, counting.metrics(), new OutgoingMetrics(counting.metrics()));
        rings.add(ring);
        return ring;
    }

    /** What came of the reads so far. */
    private static List<KeyFetchResult> results(CountedMetrics counting) {
        return Stream.of(KeyFetchResult.values())
                .filter(each -> counting.count(Metric.KEY_FETCHES, each.id()) > 0)
                .toList();
    }

    private TokenVerifier verifier(IssuerConfig... issuers) throws Exception {
        return verifier(ring(PATIENT), issuers);
    }

    private static TokenVerifier verifier(KeyRing ring, IssuerConfig... issuers) throws Exception {
        return new TokenVerifier(Live.fixed(done(TokenTrust.open(ring, config(issuers)))), () -> NOW);
    }

    /** Deadlines that no busy machine exceeds. */
    private static KeysConfig patient(long refreshMs, long withdrawnMs) {
        return patient(refreshMs, withdrawnMs, 30_000);
    }

    private static KeysConfig patient(long refreshMs, long withdrawnMs, long waitMs) {
        WorkerPool.Config threads = new WorkerPool.Config(2, 1_000, 30_000);
        return new KeysConfig(refreshMs, 30_000, withdrawnMs, waitMs, Optional.empty(), threads);
    }

    private static String token(TestKeys keys, String algorithm) {
        return keys.token(algorithm, forUs());
    }

    private static String forUs() {
        return forUs("");
    }

    private static String forUs(String more) {
        return claims(",\"aud\":[\"account\",\"chat\"]" + more);
    }

    private static String set(TestKeys... keys) {
        return "{\"keys\":["
                + String.join(
                        ",", List.of(keys).stream().map(key -> key.jwk("")).toList()) + "]}";
    }

    private static Future<TokenVerification> verifyOn(Context loop, TokenVerifier verifier, String token) {
        Promise<TokenVerification> verification = Promise.promise();
        loop.runOnContext(any -> verifier.verify(token).onComplete(verification));
        return verification.future();
    }

    private static TokenVerification verify(TokenVerifier verifier, String token) throws Exception {
        return done(verifier.verify(token));
    }
}
