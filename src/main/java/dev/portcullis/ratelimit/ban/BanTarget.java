package dev.portcullis.ratelimit.ban;

import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.WireName;
import dev.portcullis.store.StoreFailure;
import java.util.Optional;
import java.util.function.Function;

/** A user or a range of addresses that a ban shuts out. */
public sealed interface BanTarget {
    <R> R fold(Function<UserId, R> user, Function<AddressRange, R> addresses);

    /** Tells it from all others: there is one ban of each target. */
    String key();

    /** The target of a key. Fails for an unreadable one: to ignore it would let in who is banned (CWE-636). */
    static BanTarget of(String key) {
        int colon = key.indexOf(':');
        String name = key.substring(colon + 1);
        Optional<BanTarget> target = switch (key.substring(0, Math.max(0, colon))) {
            case "user" ->
                UserId.isValid(name) ? Optional.of(new BanTarget.OfUser(new UserId(name))) : Optional.empty();
            case "ip" -> AddressRange.parse(name).map(BanTarget.OfAddresses::new);
            default -> Optional.empty();
        };
        return target.orElseThrow(() -> new StoreFailure("the target of a ban can't be read"));
    }

    @WireName("User")
    record OfUser(UserId user) implements BanTarget {
        @Override
        public <R> R fold(Function<UserId, R> onUser, Function<AddressRange, R> addresses) {
            return onUser.apply(user);
        }

        @Override
        public String key() {
            return "user:" + user.value();
        }
    }

    @WireName("Addresses")
    record OfAddresses(AddressRange range) implements BanTarget {
        @Override
        public <R> R fold(Function<UserId, R> user, Function<AddressRange, R> addresses) {
            return addresses.apply(range);
        }

        @Override
        public String key() {
            return "ip:" + range;
        }
    }
}
