package dev.portcullis.ratelimit.ban;

import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.WireName;
import java.util.function.Function;

/** A user or a range of addresses that a ban shuts out. */
public sealed interface BanTarget {
    <R> R fold(Function<UserId, R> user, Function<AddressRange, R> addresses);

    /** Tells it from all others: there is one ban of each target. */
    String key();

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
