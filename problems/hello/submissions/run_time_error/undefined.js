const sky = {};
console.log('Good evening, ' + sky.lights.name + '!');
