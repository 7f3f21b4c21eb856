package dev.millrace.tools.web;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are public: all that the registries give to the public internet, but those of
 * this host. Addresses that hold an IPv4 address in a form that is history are never public.
 */
final class PublicAddresses {
  private static final List<Block> NOT_PUBLIC =
      Stream.of(
              "0.0.0.0/8", // this network
              "10.0.0.0/8", // private
              "100.64.0.0/10", // carriers, and a cloud's metadata at 100.100.100.200
              "127.0.0.0/8", // loopback
              "168.63.129.16/32", // a cloud's wire server, though its block is public
              "169.254.0.0/16", // link-local, and the metadata of most clouds
              "172.16.0.0/12", // private
              "192.0.0.0/24", // protocols, and a cloud's metadata at 192.0.0.192
              "192.0.2.0/24", // documentation
              "192.88.99.0/24", // relays of 6to4
              "192.168.0.0/16", // private
              "198.18.0.0/15", // benchmarks
              "198.51.100.0/24", // documentation
              "203.0.113.0/24", // documentation
              "224.0.0.0/4", // multicast
              "240.0.0.0/4", // reserved, and broadcast
              "2001::/23", // protocols, Teredo among them
              "2001:db8::/32", // documentation
              "2002::/16", // 6to4
              "3fff::/20") // documentation
          .map(Block::parse)
          .toList();

  /** All of IPv6 that is given out; what lies outside is local, reserved, or IPv4 in disguise. */
  private static final Block GLOBAL_IPV6 = Block.parse("2000::/3");

  /** IPv4 as it is reached from networks that have IPv6 alone. */
  private static final Block NAT64 = Block.parse("64:ff9b::/96");

  private PublicAddresses() {}

  /** A range of addresses that have their first bits in common. */
  private record Block(byte[] address, int bits) {
    static Block parse(String text) {
      int slash = text.indexOf('/');
      try {
        return new Block(
            InetAddress.getByName(text.substring(0, slash)).getAddress(),
            Integer.parseInt(text.substring(slash + 1)));
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(text, e);
      }
    }

    boolean holds(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int same = Arrays.mismatch(address, other);
      if (same < 0 || same * 8 >= bits) {
        return true;
      }
      int differing = (address[same] ^ other[same]) & 0xFF;
      return same * 8 + Integer.numberOfLeadingZeros(differing) - 24 >= bits;
    }
  }

  /** Whether it may be connected to. */
  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (NAT64.holds(bytes)) {
      return isPublicBlock(Arrays.copyOfRange(bytes, 12, 16)) && !isOwn(address);
    }
    return isPublicBlock(bytes) && !isOwn(address);
  }

  private static boolean isPublicBlock(byte[] bytes) {
    return (bytes.length == 4 || GLOBAL_IPV6.holds(bytes))
        && NOT_PUBLIC.stream().noneMatch(block -> block.holds(bytes));
  }

  /** This host may have public addresses, by which its own services would be reached. */
  private static boolean isOwn(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      // What cannot be ruled out is refused.
      return true;
    }
  }
}
