package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.config;
import static dev.portcullis.auth.token.Tokens.signed;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.key.KeySource;
import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.auth.key.SignatureVerifier;
import dev.portcullis.config.Live;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The verifier with keys that are added and removed while it runs. */
@ExtendWith(VertxExtension.class)
class KeySourceTest {
    private static final String FIRST = "first secret, of 32 bytes or even more";
    private static final String SECOND = "second secret, of 32 bytes or even more";

    private static Vertx vertx;

    private final ChangingKeys keys = new ChangingKeys();
    private final TokenVerifier verifier = verifier(keys);

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
    }

    @Test
    void verified_token_is_refused_once_its_key_is_removed() throws Exception {
        keys.put("1", key(FIRST));
        String token = token("1", FIRST);
        assertThat(verify(token)).isInstanceOf(TokenVerification.Valid.class);
        keys.remove("1");

        assertThat(verify(token)).isEqualTo(TokenVerification.invalid(TokenDefect.UNKNOWN_KEY));
        keys.put("1", key(SECOND));
        assertThat(verify(token)).isEqualTo(TokenVerification.invalid(TokenDefect.BAD_SIGNATURE));
    }

    @Test
    void verified_token_stays_cached_while_its_key_stays() throws Exception {
        keys.put("1", key(FIRST));
        String token = token("1", FIRST);
        assertThat(verify(token)).isInstanceOf(TokenVerification.Valid.class);
        keys.put("2", key(SECOND));

        assertThat(verify(token)).isInstanceOf(TokenVerification.Valid.class);
        assertThat(keys.requestedKids)
                .as("keys requested for the first check only")
                .containsExactly(Optional.of("1"));
    }

    @Test
    void token_of_an_added_key_is_valid_without_a_restart() throws Exception {
        keys.put("1", key(FIRST));
        String token = token("2", SECOND);
        assertThat(verify(token)).isEqualTo(TokenVerification.invalid(TokenDefect.UNKNOWN_KEY));
        keys.put("2", key(SECOND));

        assertThat(verify(token)).as("a refusal is not cached").isInstanceOf(TokenVerification.Valid.class);
    }

    @Test
    void kid_only_selects_the_key() throws Exception {
        keys.put("1", key(FIRST));
        keys.put("2", key(SECOND));

        assertThat(verify(token("2", SECOND))).isInstanceOf(TokenVerification.Valid.class);
        assertThat(verify(token("1", SECOND))).isEqualTo(TokenVerification.invalid(TokenDefect.BAD_SIGNATURE));
    }

    @Test
    void token_without_kid_is_checked_with_each_key() throws Exception {
        keys.put("1", key(FIRST));
        keys.put("2", key(SECOND));

        assertThat(verify(signed("{\"alg\":\"HS256\"}", claims(""), SECOND)))
                .isInstanceOf(TokenVerification.Valid.class);
        assertThat(keys.requestedKids).containsExactly(Optional.empty());
    }

    @Test
    void failed_key_source_fails_the_check_and_is_no_refusal() {
        TokenVerifier broken = verifier(new KeySource() {
            @Override
            public Future<List<SignatureVerifier>> keysFor(SignatureAlgorithm algorithm, Optional<String> kid) {
                return Future.failedFuture(new StoreFailure("no keys to be had"));
            }

            @Override
            public boolean isCurrent(SignatureVerifier key) {
                return false;
            }
        });

        assertThatThrownBy(() -> done(broken.verify(token("1", FIRST)))).hasMessageContaining("no keys");
    }

    /** The key is withdrawn while the check of its token waits for the keys. */
    @Test
    void check_that_began_before_the_issuers_changed_begins_again() throws Exception {
        keys.put("1", key(FIRST));
        Promise<List<SignatureVerifier>> slow = Promise.promise();
        Live.Source<TokenTrust> trust = new Live.Source<>(trust(new WaitingKeys(slow.future())));
        TokenVerifier changing = new TokenVerifier(trust, () -> NOW);
        Future<TokenVerification> verification = changing.verify(token("1", FIRST));
        trust.swap(trust(new ChangingKeys()));
        slow.complete(List.of(key(FIRST)));

        assertThat(done(verification)).isEqualTo(TokenVerification.invalid(TokenDefect.UNKNOWN_KEY));
    }

    @Test
    void verified_token_is_checked_again_once_the_issuers_changed() throws Exception {
        keys.put("1", key(FIRST));
        Live.Source<TokenTrust> trust = new Live.Source<>(trust(keys));
        TokenVerifier changing = new TokenVerifier(trust, () -> NOW);
        String token = token("1", FIRST);
        assertThat(done(changing.verify(token))).isInstanceOf(TokenVerification.Valid.class);
        trust.swap(trust(new ChangingKeys()));

        assertThat(done(changing.verify(token))).isEqualTo(TokenVerification.invalid(TokenDefect.UNKNOWN_KEY));
    }

    private TokenVerification verify(String token) throws Exception {
        return done(verifier.verify(token));
    }

    private static String token(String kid, String secret) {
        return signed("{\"alg\":\"HS256\",\"kid\":\"" + kid + "\"}", claims(""), secret);
    }

    private static SignatureVerifier key(String secret) throws Exception {
        return done(Tokens.keys(vertx, config())
                        .open(issuer(secret).keyOwner())
                        .compose(keys -> keys.keysFor(SignatureAlgorithm.HS256, Optional.empty())))
                .get(0);
    }

    private static IssuerConfig issuer(String secret) {
        return Tokens.issuer(secret, Optional.empty(), Optional.empty(), "");
    }

    private static TokenVerifier verifier(KeySource source) {
        return new TokenVerifier(Live.fixed(trust(source)), () -> NOW);
    }

    private static TokenTrust trust(KeySource source) {
        IssuerConfig issuer = issuer(FIRST);
        TokenConfig config = config(issuer);
        List<TokenTrust.Issuer> issuers = List.of(new TokenTrust.Issuer(source, new ClaimsPolicy(issuer, config)));
        return new TokenTrust(config, issuers);
    }

    /** Keys that have to be fetched first. */
    private record WaitingKeys(Future<List<SignatureVerifier>> fetched) implements KeySource {
        @Override
        public Future<List<SignatureVerifier>> keysFor(SignatureAlgorithm algorithm, Optional<String> kid) {
            return fetched;
        }

        @Override
        public boolean isCurrent(SignatureVerifier key) {
            return true;
        }
    }

    /** Keys by their {@code kid}, as a key set has them. */
    private static final class ChangingKeys implements KeySource {
        private final Map<String, SignatureVerifier> byKid = new LinkedHashMap<>();
        private final List<Optional<String>> requestedKids = new ArrayList<>();

        void put(String kid, SignatureVerifier key) {
            byKid.put(kid, key);
        }

        void remove(String kid) {
            byKid.remove(kid);
        }

        @Override
        public Future<List<SignatureVerifier>> keysFor(SignatureAlgorithm algorithm, Optional<String> kid) {
            requestedKids.add(kid);
            return Future.succeededFuture(kid.map(named ->
                            Optional.ofNullable(byKid.get(named)).stream().toList())
                    .orElseGet(() -> List.copyOf(byKid.values())));
        }

        @Override
        public boolean isCurrent(SignatureVerifier key) {
            return byKid.containsValue(key);
        }
    }
}
