package dev.portcullis.auth.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.auth.account.Accounts.Refresh;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshTokens;
import dev.portcullis.config.Secret;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refresh tokens that strangers made up cost no store anything: anybody may send as many as they like. */
class MadeUpRefreshTest {
    private static final String SECRET = "q7Zr1mX0vB4dT9sK2wLfE6uYhN3cPaJg8RiVo5tQyUe";
    private static final String ACCOUNT = "Kx7aQ2mPz9LrT4vBnW8sDg";

    private final MemoryRowStore rows = new MemoryRowStore(() -> 0);
    private final AccountKeys keys = AccountKeys.of(new Secret(SECRET));
    private final LoginRefresher refresher = new LoginRefresher(
            AccountServiceContract.config(4),
            keys,
            new AccountStore(rows),
            any -> Future.succeededFuture(true),
            login -> Future.succeededFuture(false),
            new Audit(new AuditConfig(10_000, 10_000), () -> 0, new RecordedEvents()),
            () -> 0);

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void made_up_tokens_ask_no_store(int attackers) {
        RefreshTokens others =
                AccountKeys.of(new Secret(SECRET.substring(1) + "Z")).refreshTokens();
        for (int i = 0; i < attackers; i++) {
            String forged = others.newest(ACCOUNT, others.begin(true, LoginDevice.UNKNOWN, 0))
                    .text();
            assertThat(refresher
                            .refresh(new Refresh(forged, Optional.empty(), Optional.empty()))
                            .isComplete())
                    .isTrue();
            assertThat(refresher
                            .choose(List.of(forged, forged.substring(0, 46) + "0." + "A".repeat(43)))
                            .succeeded())
                    .isTrue();
        }
        assertThat(rows.calls()).isZero();
    }

    @Test
    void token_that_this_server_may_have_issued_asks_the_store() {
        RefreshTokens own = keys.refreshTokens();
        String token =
                own.newest(ACCOUNT, own.begin(true, LoginDevice.UNKNOWN, 0)).text();
        refresher.refresh(new Refresh(token, Optional.empty(), Optional.empty()));
        assertThat(rows.calls()).isPositive();
    }
}
