public class Twice {
    public static void main(String[] args) {
        for (int i = 0; i < 2; i++) System.out.println("Good evening, stars!");
    }
}
