//! The network that an address lies in: enough to tell home from abroad, too little to find a household.

use std::net::{IpAddr, Ipv6Addr};

/// `192.0.2.0/24` or `2001:db8:1::/48`.
pub(super) fn of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_last_part_of_an_address_is_left_out() {
        for (address, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("::1", "::/48"),
        ] {
            assert_eq!(of(address.parse().unwrap()), network);
        }
    }
}
