console.log('Good evening, stars!');
