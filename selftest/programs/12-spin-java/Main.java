public class Main {
  public static void main(String[] args) {
    for (long turn = 0; ; turn++) {
      if (turn == Long.MAX_VALUE) System.out.println(turn);
    }
  }
}
