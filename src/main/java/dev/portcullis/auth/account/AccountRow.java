package dev.portcullis.auth.account;

import dev.portcullis.auth.factor.SecondFactor;
import dev.portcullis.auth.mail.OpenLinks;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshFamily;
import dev.portcullis.auth.token.FlatJson;
import dev.portcullis.config.Json;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An account as the stores keep it: the format number, then JSON. A later release may add members, and reads rows
 * without them. Any other change needs another number.
 */
final class AccountRow {
    private static final String FORMAT = "\1";
    private static final int FAMILY_PARTS = 9;
    private static final String LIVE = "-";

    private AccountRow() {}

    static String encode(AccountState state) {
        Account account = state.account();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", account.id().value());
        row.put("email", account.email().value());
        row.put("name", account.username().shown());
        row.put("key", account.username().key());
        row.put("hash", account.passwordHash());
        row.put("at", account.createdAt());
        row.put("logins", state.families().stream().map(AccountRow::encode).toList());
        state.factor().ifPresent(factor -> row.put("factor", factor.row()));
        if (account.verified()) {
            row.put("verified", 1);
        }
        if (!state.links().equals(OpenLinks.NONE)) {
            row.put("links", state.links().row());
        }
        return FORMAT + Json.write(row);
    }

    /** Fails for an unreadable one, since to ignore it would free its names. */
    static AccountState decode(String row) {
        Optional<AccountState> state = row.startsWith(FORMAT)
                ? FlatJson.parse(row.substring(FORMAT.length()).getBytes(StandardCharsets.UTF_8))
                        .flatMap(AccountRow::state)
                : Optional.empty();
        return state.orElseThrow(() -> new StoreFailure("an account can't be read"));
    }

    private static Optional<AccountState> state(FlatJson row) {
        try {
            return Optional.of(new AccountState(
                    new Account(
                            new UserId(row.text("id").orElseThrow()),
                            new EmailAddress(row.text("email").orElseThrow()),
                            new Username(
                                    row.text("name").orElseThrow(),
                                    row.text("key").orElseThrow()),
                            row.text("hash").orElseThrow(),
                            row.number("at").orElseThrow().longValue(),
                            row.number("verified").isPresent()),
                    row.texts("logins").stream().map(AccountRow::family).toList(),
                    row.text("factor").map(SecondFactor::of),
                    row.text("links").map(OpenLinks::of).orElse(OpenLinks.NONE)));
        } catch (RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    private static String encode(RefreshFamily family) {
        return String.join(
                " ",
                family.id(),
                family.seed(),
                Long.toString(family.createdAt()),
                family.inBody() ? "body" : "cookie",
                Long.toString(family.generation()),
                family.issued().stream().map(String::valueOf).collect(Collectors.joining(",")),
                family.endedAt().map(String::valueOf).orElse(LIVE),
                family.device().address(),
                family.device().agent());
    }

    private static RefreshFamily family(String text) {
        String[] parts = text.split(" ", FAMILY_PARTS); // the last one has spaces
        if (parts.length != FAMILY_PARTS) {
            throw new StoreFailure("a login can't be read");
        }
        List<Long> issued =
                Arrays.stream(parts[5].split(",")).map(Long::valueOf).toList();
        return new RefreshFamily(
                parts[0],
                parts[1],
                Long.parseLong(parts[2]),
                parts[3].equals("body"),
                Long.parseLong(parts[4]),
                issued,
                parts[6].equals(LIVE) ? Optional.empty() : Optional.of(Long.valueOf(parts[6])),
                new LoginDevice(parts[7], parts[8]));
    }
}
